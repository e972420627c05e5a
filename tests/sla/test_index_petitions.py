"""What sla keeps and counts of petitions."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from shared.events import (
    Event,
    PetitionKind,
    PetitionOverdue,
    PetitionRated,
    PetitionReceived,
    PetitionRefused,
    PetitionResolved,
    PetitionTransferred,
)
from tests.conftest import FreshDatabase
from tests.sla.factories import (
    at,
    life,
    make_accepted,
    make_calendar,
    published,
    wrap,
)
from tests.sla.facts import resolved
from tests.sla.index_counting import Counting, counting_on
from tests.sla.index_lives import NOW
from tests.sla.rows import rebuilt_tables
from tests.sla.stream import deliver


@pytest.fixture
async def counting(fresh_database: FreshDatabase) -> AsyncIterator[Counting]:
    async with counting_on(await fresh_database("sla")) as ready:
        yield ready


def petition(kind: PetitionKind, *later: Event, received: str = "2026-03-02 08:00") -> list[Any]:
    name = str(uuid.uuid4())
    first = PetitionReceived(channel="website", kind=kind, received_at=at(received))
    return [wrap(fact, name, number) for number, fact in enumerate((first, *later), 1)]


def answered(kind: PetitionKind, *, late: bool = False, proved: bool | None = None) -> Event:
    moment = at("2026-03-20 08:00")
    return PetitionResolved(kind=kind, late=late, proved=proved, resolved_at=moment)


async def test_petitions_follow_what_survey_tells_whatever_the_batches(
    counting: Counting, empty: asyncpg.Connection
) -> None:
    conduct, procedure = PetitionKind.CONDUCT, PetitionKind.PROCEDURE
    rated = [PetitionRated(satisfied=value, rated_at=NOW) for value in (True, False)]
    overdue = PetitionOverdue(due_at=at("2026-03-23 08:00"), overdue_at=at("2026-03-23 08:00"))
    moved = PetitionTransferred(
        from_agency="H20.40.01", to_agency="H20.41", late=False, transferred_at=NOW
    )
    told = [
        *petition(procedure, answered(procedure), rated[0]),
        *petition(procedure, answered(procedure, late=True), rated[1]),
        *petition(conduct, answered(conduct, proved=False)),
        *petition(conduct, overdue),
        *petition(procedure, PetitionRefused(late=False, refused_at=NOW)),
        *petition(procedure, moved),
    ]
    await deliver(counting.connection, told)
    for envelope in [published(make_calendar()), *told]:
        await deliver(empty, [envelope])

    tables = [await rebuilt_tables(one) for one in (counting.connection, empty)]
    assert tables[0]["petition_copy"] == tables[1]["petition_copy"]
    assert await counting.of("petitions_on_time_share", "H20.40.01") == (2, 3)
    assert await counting.of("petitions_satisfied_share", "H20.40.01") == (1, 2)
    # Of two complaints about conduct one was proved false.
    await deliver(
        counting.connection,
        [
            wrapped
            for _ in range(4)
            for wrapped in life(
                [make_accepted(at("2026-03-02 08:00")), resolved("2026-03-10 08:00")]
            )
        ],
    )
    assert await counting.of("receiving_satisfaction_share") == (3, 4)
    assert await counting.of("on_time_share") == (4, 4)
