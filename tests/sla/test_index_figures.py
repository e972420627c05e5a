"""Figures against lives that were counted by hand."""

import uuid
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.events import (
    AgencyLevel,
    Channel,
    Method,
    PublishedFee,
    PublishedMethod,
)
from tests.conftest import FreshDatabase
from tests.sla.factories import (
    at,
    make_agency,
    make_procedure,
    wrap,
)
from tests.sla.index_counting import Counting, counting_on
from tests.sla.index_lives import OPEN, keep, make_life
from tests.sla.stream import deliver

ONLINE = {"channel": Channel.ONLINE_FULL}


@pytest.fixture
async def counting(fresh_database: FreshDatabase) -> AsyncIterator[Counting]:
    async with counting_on(await fresh_database("sla")) as ready:
        yield ready


CASES: tuple[tuple[str, list[dict[str, Any]], tuple[int, int]], ...] = (
    ("online_share", [make_life(**ONLINE), make_life()], (1, 2)),
    (
        "online_with_electronic_result_share",
        [
            make_life(**ONLINE, digital_result=True),
            make_life(**ONLINE),
            make_life(**ONLINE, **OPEN),
            make_life(),
        ],
        (2, 4),
    ),
    (
        "bcci_share",
        [
            make_life(channel=Channel.POSTAL),
            make_life(way_of_return="post"),
            make_life(),
        ],
        (2, 3),
    ),
    (
        "paid_online_share",
        [
            make_life(fees_demanded=1, paid_online=True),
            make_life(fees_demanded=1),
            make_life(),
        ],
        (1, 2),
    ),
    (
        "digitised_result_share",
        [make_life(digital_result=True), make_life(), make_life(outcome="withdrawn")],
        (1, 2),
    ),
    (
        "digitised_papers_share",
        [
            make_life(digital_result=True, digital_papers=1),
            make_life(digital_result=True),
            make_life(digital_papers=1),
        ],
        (1, 3),
    ),
    ("reused_papers_share", [make_life(reused_papers=1), make_life()], (1, 2)),
)


async def test_figures_about_dossiers_count_what_their_title_says(counting: Counting) -> None:
    elsewhere = [
        make_life(agency="H20.41", **ONLINE, paid_online=True, fees_demanded=1),
        make_life(counted=False, **ONLINE),
        make_life(accepted_at=at("2025-12-31 08:00"), ended_on=date(2025, 12, 31), **ONLINE),
    ]
    for name, lives, figure in CASES:
        await counting.connection.execute("delete from life")
        await keep(counting.connection, *lives, *elsewhere)

        assert (name, await counting.of(name, agencies=("H20.40",))) == (name, figure)
        assert (name, await counting.of(name, "H20.40.01")) == (name, figure)


async def test_level_three_and_four_dossiers_go_by_the_version_they_are_pinned_to(
    counting: Counting,
) -> None:
    versions = [
        make_procedure(code="1.1", version=1, online_level="partial"),
        make_procedure(code="1.1", version=2, online_level="full"),
        make_procedure(code="1.2", online_level="information"),
    ]
    await deliver(
        counting.connection, [wrap(one, one.code, number) for number, one in enumerate(versions, 1)]
    )
    await keep(
        counting.connection,
        make_life(procedure="1.1", procedure_version=1, **ONLINE),
        make_life(procedure="1.1", procedure_version=1),
        make_life(procedure="1.1", procedure_version=2, **ONLINE),
        make_life(procedure="1.2", **ONLINE),
    )

    assert await counting.of("partial_online_share") == (1, 2)
    assert await counting.of("full_online_share") == (1, 1)


async def test_procedures_are_those_of_the_levels_that_the_agencies_are_at(
    counting: Counting,
) -> None:
    priced = PublishedMethod(
        id="r1",
        method=Method.ONLINE,
        fees=(PublishedFee(amount=Decimal(1000), currency="VND", text="1.000 đồng"),),
    )
    province = (AgencyLevel.PROVINCE,)
    facts = [
        make_procedure(priced, code="1.1", online_level="partial"),
        make_procedure(priced, code="1.2", online_level="full"),
        make_procedure(code="1.3", online_level="information"),
        make_procedure(code="1.4", online_level="full", levels=province),
        make_procedure(code="1.5", online_level="full", internal=True),
        make_procedure(code="1.6", online_level="full", valid_to=date(2026, 3, 30)),
    ]
    agencies = [make_agency("H20", AgencyLevel.PROVINCE), make_agency("H20.40.01")]
    told = [wrap(one, one.code) for one in facts]
    await deliver(counting.connection, [*(wrap(one, one.code) for one in agencies), *told])
    await keep(
        counting.connection,
        make_life(procedure="1.1", **ONLINE, fees_demanded=1, paid_online=True),
        make_life(procedure="1.1", **ONLINE),
        make_life(procedure="1.3", **ONLINE),
        make_life(procedure="1.4", agency="H20", **ONLINE),
    )

    assert await counting.of("online_procedure_share", "H20.40.01") == (2, 3)
    assert await counting.of("used_online_share", "H20.40.01") == (1, 2)
    assert await counting.of("paid_online_procedure_share", "H20.40.01") == (1, 2)
    assert await counting.of("used_online_share", "H20") == (2, 3)
    assert await counting.of("used_online_share", levels=("commune",)) == (1, 2)


async def test_letters_count_only_when_they_were_received(counting: Counting) -> None:
    late = {"verdict": "late", "due_on": date(2026, 3, 3)}
    lives = [make_life(**late) for _ in range(3)]
    open_late = make_life(**OPEN, due_on=date(2026, 3, 30))
    not_yet_late = make_life(**OPEN, due_on=date(2026, 3, 31))
    await keep(counting.connection, *lives, open_late, not_yet_late, make_life())
    received, sent = lives[0]["dossier"], lives[1]["dossier"]
    incident = uuid.uuid4()
    await counting.connection.execute(
        "insert into incident (id, kind, agency, found_on, what, registered_by, registered_at)"
        " values ($1, 'error', 'H20.40.01', '2026-02-01', 'x', 'x', now())",
        incident,
    )
    letter = (
        "insert into apology (id, sequence, kind, state, agency, dossier, incident, made_by,"
        " made_at, delivered_at) values (gen_random_uuid(), 1, $1, 'sent', 'H20.40.01', $2, $3,"
        " 'x', $4, $5)"
    )
    for kind, dossier, about, delivered in (
        ("overdue", received, None, at("2026-03-05 08:00")),
        ("overdue", sent, None, None),
        ("error", None, incident, at("2026-02-21 08:00")),
    ):
        made_at = at("2026-02-20 08:00")
        await counting.connection.execute(letter, kind, dossier, about, made_at, delivered)

    # Three ended late, one grew late within the quarter, one error; two letters were received.
    assert await counting.of("apology_share") == (2, 5)
    assert await counting.of("apology_share", agencies=("H20.41",)) == (0, 0)
