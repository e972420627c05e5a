"""The report II.06a equals a report told from the raw lives, for any period, subtree and group."""

import random
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from services.sla.recount import recount
from services.sla.reports import Group, Question, count
from services.sla.stand import MEASURES
from shared.database import Database
from shared.events import AgencyLevel, DossierAccepted, Envelope, Event, RecalculationOrdered
from shared.working_time import LimitUnit, WorkingTime
from tests.conftest import FreshDatabase
from tests.sla.factories import (
    CALENDAR,
    WORKING_TIME,
    days,
    make_agency,
    make_calendar,
    published,
    with_holiday,
    wrap,
)
from tests.sla.raw_lives.life import RawLife
from tests.sla.raw_lives.maker import DAYS, FIRST, PROCEDURES, make_lives
from tests.sla.raw_lives.replay import Recount, Told, replay
from tests.sla.raw_lives.report import report
from tests.sla.raw_lives.telling import AGENCIES, BACK_DAYS_MAX
from tests.sla.stream import LATE_DAYS_MAX, deliver, deliver_in_batches, mixed

COLUMNS = (*MEASURES, "received_online", "carried_over")
LEVELS = dict.fromkeys(AGENCIES[:-1], AgencyLevel.COMMUNE) | {
    "H20.4": AgencyLevel.PROVINCE,
    "H20.40": AgencyLevel.DISTRICT,
}
"""The last agency was never told: its level is `other`."""


async def tell_agencies(connection: asyncpg.Connection) -> None:
    agencies = [wrap(make_agency(code, level), code) for code, level in LEVELS.items()]
    await deliver(connection, [published(make_calendar()), *agencies])


async def fill(connection: asyncpg.Connection, chance: random.Random, lives: int) -> list[Told]:
    """Deliver random lives and tell them raw."""
    await tell_agencies(connection)
    raw = make_lives(chance, lives)
    await deliver_in_batches(connection, mixed(raw, chance), chance)
    replayed = [replay(life, WORKING_TIME) for life in raw]
    return [told for told in replayed if told is not None]


HOLIDAYS = [date(2024, 6, 3) + timedelta(days=7 * week) for week in range(40)]
RECOUNTED = WorkingTime(with_holiday(make_calendar(), *HOLIDAYS))
"""A Monday off every week for three quarters of a year."""


def ask(chance: random.Random) -> Question:
    """A random period from one day to two years, a subtree, filters and groups."""
    first = FIRST.date() + timedelta(days=chance.randrange(-40, DAYS + 60))
    if chance.random() < 0.3:
        first = first.replace(day=1)
    last = first + timedelta(days=chance.choice((0, 1, 6, 27, 30, 31, 90, 91, 200, 365, 730)))
    agencies = chance.choice(
        (None, None, ("H20",), ("H20.40",), ("H20.4", "H20.10"), ("H20.40.01",))
    )
    procedure, field = chance.choice(PROCEDURES)
    return Question(
        first=first,
        last=last,
        agencies=agencies,
        group_by=tuple(chance.sample(list(Group), chance.randrange(4))),
        level=chance.choice((None, None, None, AgencyLevel.COMMUNE, AgencyLevel.OTHER)),
        procedure=chance.choice((None, None, None, procedure)),
        field=chance.choice((None, None, None, field)),
    )


def expected(lives: list[Told], question: Question) -> dict[tuple[str, ...], Counter[str]]:
    """The same report from the raw lives, by group."""
    rows: dict[tuple[str, ...], Counter[str]] = {}
    keep = keeper(question)
    for key, counts in report(lives, question.first, question.last, keep):
        told = key | {"level": level_of(key)}
        row = rows.setdefault(tuple(told[group] for group in question.group_by), Counter())
        row.update(counts)
    return {group: row for group, row in rows.items() if any(row.values())}


def level_of(key: dict[str, str]) -> str:
    return LEVELS.get(key["agency"], AgencyLevel.OTHER)


def keeper(question: Question) -> Callable[[dict[str, str]], bool]:
    def keep(key: dict[str, str]) -> bool:
        subtrees = question.agencies
        inside = subtrees is None or any(
            key["agency"] == agency or key["agency"].startswith(f"{agency}.") for agency in subtrees
        )
        return (
            inside
            and question.level in (None, level_of(key))
            and question.procedure in (None, key["procedure"])
            and question.field in (None, key["field"])
        )

    return keep


def as_groups(
    rows: list[dict[str, Any]], question: Question
) -> dict[tuple[str, ...], Counter[str]]:
    return {
        tuple(row[group] for group in question.group_by): Counter(
            {name: row[name] for name in COLUMNS if row[name]}
        )
        for row in rows
    }


def nonzero(rows: dict[tuple[str, ...], Counter[str]]) -> dict[tuple[str, ...], dict[str, int]]:
    return {
        group: {name: number for name, number in row.items() if number}
        for group, row in rows.items()
    }


async def compare(
    url: str, lives: list[Told], chance: random.Random, questions: int, *, fine: bool = False
) -> int:
    """Ask random questions and compare every row; tell how many rows were compared.

    `fine` groups every other question by all that there is.
    """
    database = Database(url, connections_max=2)
    compared = 0
    try:
        for number in range(questions):
            question = ask(chance)
            if fine and number % 2:
                question = question.grouped_by(*Group)
            async with database.transaction() as session:
                rows = await count(session, question)
            told = nonzero(expected(lives, question))
            assert nonzero(as_groups(rows, question)) == told, question
            for row in rows:
                keeps_identities(row)
            compared += len(told)
    finally:
        await database.close()
    return compared


def keeps_identities(row: dict[str, Any]) -> None:
    resolved = row["early"] + row["on_time"] + row["late"]
    moved = row["moved_in"] - row["moved_out"]
    assert row["received"] + row["carried_over"] + moved == resolved + row["open"]
    assert 0 <= row["overdue"] <= row["open"] - row["waiting"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_report_row_equals_the_one_told_from_raw_lives(
    fresh_database: FreshDatabase, seed: int
) -> None:
    chance = random.Random(seed)
    url = await fresh_database("sla")
    connection = await asyncpg.connect(url)
    lives = await fill(connection, chance, 300)

    assert await compare(url, lives, chance, 30) > 100
    assert await recount(connection) == []
    await connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 25))
async def test_many_wild_lives_and_many_reports(fresh_database: FreshDatabase, seed: int) -> None:
    chance = random.Random(seed)
    url = await fresh_database("sla")
    connection = await asyncpg.connect(url)
    lives = await fill(connection, chance, 3000)

    assert await compare(url, lives, chance, 60, fine=True) > 1000
    assert await recount(connection) == []
    await connection.close()


async def test_what_one_period_leaves_open_the_next_one_begins_with(
    fresh_database: FreshDatabase,
) -> None:
    chance = random.Random(5)
    url = await fresh_database("sla")
    connection = await asyncpg.connect(url)
    await fill(connection, chance, 200)
    await connection.close()
    database = Database(url, connections_max=2)

    first, left = date(2024, 1, 1), 0
    for length in (31, 5, 40, 91, 17, 120):
        last = first + timedelta(days=length - 1)
        async with database.transaction() as session:
            [row] = await count(session, Question(first, last, group_by=()))
        assert row["carried_over"] == left
        first, left = last + timedelta(days=1), row["open"]
    await database.close()
    assert left > 0


def recounted(
    raw: Sequence[RawLife], before: Sequence[Envelope[Event]], order: Envelope[Event]
) -> list[Told]:
    """Tell the lives raw, with an order to count by the new calendar after some of their facts."""
    heard = Counter(envelope.aggregate_id for envelope in before)
    replayed = [
        replay(life, WORKING_TIME, Recount(RECOUNTED, order.recorded_at, heard[life.dossier]))
        for life in raw
    ]
    return [told for told in replayed if told is not None]


async def test_reports_equal_raw_lives_also_when_a_new_calendar_moves_what_is_open(
    fresh_database: FreshDatabase,
) -> None:
    await recalculated(await fresh_database("sla"), random.Random(1), 300)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 36))
async def test_many_wild_lives_whose_calendar_changes(
    fresh_database: FreshDatabase, seed: int
) -> None:
    await recalculated(await fresh_database("sla"), random.Random(seed), 3000)


async def recalculated(url: str, chance: random.Random, count: int) -> None:
    """Fill a database in two parts with an order between them, and compare."""
    connection = await asyncpg.connect(url)
    await tell_agencies(connection)
    # A limit in days or months is rolled at every move: recounted, it may come out elsewhere.
    raw = [life for life in make_lives(chance, count) if by_the_hour(life)]
    envelopes = mixed(raw, chance)
    cut = chance.randrange(len(envelopes) // 3, len(envelopes) // 2)
    order = make_order(envelopes[cut].recorded_at)
    await deliver_in_batches(connection, envelopes[:cut], chance)
    await deliver(connection, [published(RECOUNTED.calendar), order])
    await deliver_in_batches(connection, envelopes[cut:], chance)

    moved = await connection.fetchval("select count(*) from ledger where kind = 'recalculated'")
    assert moved > count / 30
    assert await compare(url, recounted(raw, envelopes[:cut], order), chance, 30) > 100
    assert await recount(connection) == []
    await connection.close()


def by_the_hour(life: RawLife) -> bool:
    limits = [fact.limit for fact in life.facts if isinstance(fact, DossierAccepted)]
    return all(limit is None or LimitUnit(limit.unit).is_working_time for limit in limits)


def make_order(at: datetime) -> Envelope[Event]:
    order = RecalculationOrdered(
        calendar=CALENDAR,
        calendar_version=2,
        later_only=True,
        ground="Quyết định nghỉ bù",
        ordered_by="quan-tri",
        ordered_at=at,
    )
    return wrap(order, str(uuid.uuid4()), recorded_at=at)


async def test_a_report_of_the_past_does_not_change_when_life_goes_on(
    fresh_database: FreshDatabase,
) -> None:
    chance = random.Random(1)
    url = await fresh_database("sla")
    connection = await asyncpg.connect(url)
    await tell_agencies(connection)
    # History told whole tells of the past; what is told late is told at most so late.
    raw = [life for life in make_lives(chance, 250) if not life.imported]
    envelopes = mixed(raw, chance)
    cut = len(envelopes) // 2
    over = (envelopes[cut].recorded_at - days(LATE_DAYS_MAX + BACK_DAYS_MAX)).date()
    database = Database(url, connections_max=1)

    async def told(last: date) -> list[list[dict[str, Any]]]:
        questions = [ask(random.Random(number)) for number in range(12)]
        asked = [replace(one, first=min(one.first, last), last=last) for one in questions]
        async with database.transaction() as session:
            return [await count(session, question) for question in asked]

    await deliver_in_batches(connection, envelopes[:cut], chance)
    past, present = await told(over), await told(envelopes[cut].recorded_at.date())
    await deliver_in_batches(connection, envelopes[cut:], chance)

    assert await told(over) == past
    assert await told(envelopes[cut].recorded_at.date()) != present
    await database.close()
    await connection.close()
