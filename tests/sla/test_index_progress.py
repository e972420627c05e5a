"""Decision 766's progress: each dossier as its ledger told it when the period ended."""

import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import asyncpg
import pytest

from services.sla.figures import progress
from services.sla.figures.formulas import PROGRESS
from services.sla.figures.scope import Scope, lies_within
from services.sla.verdicts import Verdict
from shared.events import (
    Event,
    Method,
    PauseEnd,
)
from tests.conftest import FreshDatabase
from tests.sla.factories import (
    at,
    life,
    make_accepted,
    make_method,
    make_procedure,
    working_days,
    wrap,
)
from tests.sla.facts import asked, given, resolved
from tests.sla.index_counting import Counting, counting_on
from tests.sla.index_lives import FIRST, LAST, NOW, OPEN, keep, make_life
from tests.sla.raw_lives.maker import make_lives
from tests.sla.stream import deliver, deliver_in_batches, mixed

LIVES = 300
PERIODS = (
    (date(2024, 1, 1), date(2024, 3, 31)),
    (date(2024, 2, 15), date(2024, 9, 3)),
    (date(2024, 1, 1), date(2025, 12, 31)),
)


@pytest.fixture
async def counting(fresh_database: FreshDatabase) -> AsyncIterator[Counting]:
    async with counting_on(await fresh_database("sla")) as ready:
        yield ready


async def test_the_count_is_the_sum_of_the_verdicts_on_single_ledgers(
    connection: asyncpg.Connection,
) -> None:
    chance = random.Random(1)
    await deliver_in_batches(connection, mixed(make_lives(chance, LIVES), chance), chance)
    rows = await connection.fetch("select * from life where counted")
    seen = Counter[Verdict]()

    for first, last in PERIODS:
        for agencies in (None, ("H20.40",)):
            scope = Scope(first, last, at("2026-06-01 08:00"), agencies)
            inside = {
                row["dossier"]: row["agency"]
                for row in rows
                if first <= row["received_on"] <= last
                and (agencies is None or any(lies_within(row["agency"], one) for one in agencies))
            }
            verdicts = await progress.judge(connection, list(inside), scope)
            expected: dict[str, Counter[str]] = {}
            for dossier, agency in inside.items():
                on_time = verdicts[dossier] is Verdict.ON_TIME
                expected.setdefault(agency, Counter()).update(judged=1, on_time=int(on_time))
            seen.update(verdicts.values())

            assert await progress.count(connection, scope) == expected

    assert seen[Verdict.ON_TIME] > LIVES / 2
    assert seen[Verdict.LATE] > LIVES / 10


async def test_progress_judges_each_dossier_as_it_stood_when_the_period_ended(
    counting: Counting,
) -> None:
    """Ten working days from 02/03 08:00 are over on 16/03 at 08:00."""
    accepted = make_accepted(at("2026-03-02 08:00"))
    again = asked("2026-03-12 08:00", number=2)
    cases: list[tuple[list[Event], dict[str, Any], bool]] = [
        ([resolved("2026-03-16 08:00")], {}, True),
        ([resolved("2026-03-16 08:01")], {"net_minutes": 4801, "verdict": "on_time"}, False),
        ([], OPEN, False),
        ([resolved("2026-04-01 08:00")], {"ended_on": date(2026, 4, 1)}, False),
        # While the citizen is waited for, the end is the time of the request.
        ([asked("2026-03-12 08:00")], OPEN | {"supplements": 1}, True),
        ([asked("2026-03-17 08:00")], OPEN | {"supplements": 1}, False),
        # Waiting is taken off; a second request is late.
        (
            [asked("2026-03-12 08:00"), given("2026-03-30 08:00", PauseEnd.EXTEND)],
            OPEN | {"supplements": 1},
            True,
        ),
        (
            [asked("2026-03-10 08:00"), given("2026-03-11 08:00"), again],
            OPEN | {"supplements": 2},
            False,
        ),
        # Asked a second time after the period: then it was still on time.
        (
            [
                asked("2026-03-10 08:00"),
                given("2026-03-30 08:00"),
                asked("2026-04-02 08:00", number=2),
            ],
            OPEN | {"supplements": 2},
            True,
        ),
    ]
    expected = {}
    for facts, changed, on_time in cases:
        envelopes = life([accepted.model_copy(update={"code": str(uuid.uuid4())}), *facts])
        await deliver(counting.connection, envelopes)
        dossier = uuid.UUID(envelopes[0].aggregate_id)
        await keep(counting.connection, make_life(dossier=dossier, **changed))
        expected[dossier] = on_time

    scope = Scope(FIRST, LAST, NOW)
    judged = await progress.judge(counting.connection, list(expected), scope)
    assert {dossier: verdict == "on_time" for dossier, verdict in judged.items()} == expected
    assert await counting.of(PROGRESS) == (sum(expected.values()), len(expected))
    assert await counting.of(PROGRESS, agencies=("H20.41",)) == (0, 0)


async def test_without_a_due_date_the_largest_limit_of_the_procedure_judges(
    counting: Counting,
) -> None:
    methods = (
        make_method(1, Method.DIRECT, working_days(3)),
        make_method(2, Method.ONLINE, working_days(5)),
    )
    procedure = make_procedure(*methods, code="1.001193")
    await deliver(counting.connection, [wrap(procedure, procedure.code)])
    for end in ("2026-03-09 08:00", "2026-03-09 08:01"):
        facts = [make_accepted(at("2026-03-02 08:00"), limit=None), resolved(end)]
        envelopes = life(facts)
        await deliver(counting.connection, envelopes)
        dossier = uuid.UUID(envelopes[0].aggregate_id)
        row = make_life(dossier=dossier, allowed_minutes=None, ended_on=date(2026, 3, 9))
        await keep(counting.connection, row)

    assert await counting.of(PROGRESS) == (1, 2)
