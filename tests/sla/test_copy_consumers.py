"""What sla keeps of agencies and procedures as they were told."""

import asyncpg

from shared.events import AgencyLevel, Event, Method, ProcedureWithdrawn
from tests.sla.factories import at, make_agency, make_method, make_procedure, wrap
from tests.sla.stream import deliver


async def test_agencies_are_kept_as_they_were_last_told(empty: asyncpg.Connection) -> None:
    first = make_agency("H20.40.01", successors=("H20.100", "H20.101"))
    then = make_agency("H20.40.01", AgencyLevel.DISTRICT, name="Tên mới")

    await deliver(empty, [wrap(first, "H20.40.01"), wrap(then, "H20.40.01", 2)])
    await deliver(empty, [wrap(first, "H20.40.02")])

    rows = await empty.fetch("select * from agency_copy")
    assert [(row["name"], row["level"], row["successors"]) for row in rows] == [
        (first.name, "commune", ["H20.100", "H20.101"])
    ]


async def test_every_version_of_a_procedure_is_kept_and_a_withdrawn_one_ends(
    empty: asyncpg.Connection,
) -> None:
    versions = [make_procedure(version=number) for number in (1, 2)]
    method = make_procedure(make_method(1, Method.DIRECT, None), version=3)
    withdrawn = ProcedureWithdrawn(
        code="1.012753", version=1, valid_to=at("2026-01-31 00:00").date()
    )
    facts: list[Event] = [*versions, method, withdrawn]

    await deliver(empty, [wrap(fact, "1.012753", number) for number, fact in enumerate(facts, 1)])

    rows = await empty.fetch("select version, valid_to::text from procedure_copy order by 1")
    assert [tuple(row) for row in rows] == [(1, "2026-01-31"), (2, None), (3, None)]
