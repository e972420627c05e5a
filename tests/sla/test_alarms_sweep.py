"""Alarms on a real database: each exactly once, whatever moves the clock or kills a worker."""

import asyncio
import os
import random
import signal
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta

import asyncpg
import pytest

from services.sla.alarms.ladder import DEFAULTS
from shared.database import Database
from shared.events import (
    DeadlineNear,
    DossierOverdue,
    DossierResultRecalled,
    DossierTransferred,
    Envelope,
    Event,
    PauseEnd,
)
from tests.conftest import FreshDatabase
from tests.sla.alarm_lives import hand_to, next_at, rows, rung, sweep, tell, told_alarms
from tests.sla.alarm_worker import release, spawn
from tests.sla.factories import at, life, make_accepted, make_calendar, published
from tests.sla.facts import asked, given, resolved
from tests.waiting import until

AT_GATE = """
select count(*) = $1 from pg_locks where not granted and relation = 'outbox'::regclass
"""
RUNGS = [step.name for step in DEFAULTS[0].ladder.rungs]
ACCEPTED = make_accepted(at("2026-03-02 08:00"))
SET_LADDER = "insert into alarm_ladder values ($1, '', $2, $3, 'lanh-dao', '2026-02-01Z')"
STATE = "select t::text as line from {} t order by 1"


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    made = await make(fresh_database)
    yield made
    await made.close()


async def make(fresh_database: FreshDatabase) -> Database:
    database = Database(await fresh_database("sla"), connections_max=2)
    await tell(database, [published(make_calendar())])
    return database


async def test_the_ladder_is_climbed_rung_by_rung_and_told_once_each(database: Database) -> None:
    envelopes = life([ACCEPTED])
    await tell(database, envelopes)
    await hand_to(database, envelopes[0].aggregate_id, unit="Tư pháp", officer="cb-1")

    for moment in (
        *("09 07:59", "09 08:00", "09 08:01", "13 08:00"),
        *("16 08:00", "16 09:00", "17 08:00", "31 08:00"),
    ):
        await sweep(database, f"2026-03-{moment}")

    alarms = await told_alarms(database)
    assert [envelope.data.rung for envelope in alarms] == RUNGS  # type: ignore[attr-defined]
    assert [envelope.sequence for envelope in alarms] == [1, 2, 3, 4]
    first, *_, last = (envelope.data for envelope in alarms)
    assert isinstance(first, DeadlineNear)
    assert (first.left_minutes, first.unit, first.officer) == (2400, "Tư pháp", "cb-1")
    assert (first.code, first.planned_at) == (ACCEPTED.code, at("2026-03-09 08:00"))
    assert isinstance(last, DossierOverdue)
    assert (last.late_minutes, last.rank, last.skipped) == (480, "agency_leader", ())
    assert await next_at(database, envelopes[0].aggregate_id) is None


async def test_after_a_missed_week_only_the_highest_rung_is_told_and_names_the_others(
    database: Database,
) -> None:
    await tell(database, life([ACCEPTED]))

    await sweep(database, "2026-03-16 10:30")
    [alarm] = await told_alarms(database)
    await sweep(database, "2026-03-17 08:00")

    assert isinstance(alarm.data, DossierOverdue)
    assert (alarm.data.rung, alarm.data.skipped) == ("due", ("half_used", "eight_hours_left"))
    assert alarm.data.late_minutes == 150
    assert await rung(database) == ["due", "day_overdue"]


async def test_a_clock_that_waits_or_ended_is_silent(database: Database) -> None:
    waiting = life([ACCEPTED, asked("2026-03-05 10:00")])
    ended = life([make_accepted(at("2026-03-02 08:00")), resolved("2026-03-05 10:00")])
    without = life([make_accepted(at("2026-03-02 08:00"), limit=None)])
    for envelope in (*waiting, *ended, *without):
        await tell(database, [envelope])

    await sweep(database, "2026-06-01 08:00")

    assert await told_alarms(database) == []
    assert await rows(database, "select * from alarm_clock") == []


async def test_a_due_moved_by_a_wait_tells_again_only_what_lies_ahead_again(
    database: Database,
) -> None:
    facts = life([ACCEPTED, asked("2026-03-13 10:00"), given("2026-03-17 10:00")])
    await tell(database, facts[:1])
    await sweep(database, "2026-03-09 08:00")
    await sweep(database, "2026-03-13 08:00")
    await tell(database, facts[1:])

    # 6 h of the limit were left at the stop, so eight hours before the new due lies behind.
    for moment in ("2026-03-17 10:00", "2026-03-18 08:00", "2026-03-19 08:00"):
        await sweep(database, moment)

    assert await rung(database) == RUNGS
    dues = {row["due_at"] for row in await rows(database, "select due_at from alarm")}
    assert dues == {at("2026-03-16 08:00"), at("2026-03-18 08:00")}


async def test_a_limit_that_restarts_tells_its_whole_ladder_again(database: Database) -> None:
    facts = life([ACCEPTED, asked("2026-03-13 10:00"), given("2026-03-16 10:00", PauseEnd.RESTART)])
    await tell(database, facts[:1])
    await sweep(database, "2026-03-09 08:00")
    await tell(database, facts[1:])

    for day in (23, 27, 30, 31):
        await sweep(database, f"2026-03-{day} 10:00")

    assert await rung(database) == ["half_used", *RUNGS]


async def test_a_recalled_result_rings_in_the_next_working_minute(database: Database) -> None:
    recalled = DossierResultRecalled(ground="sai", recalled_at=at("2026-03-21 20:00"))
    facts = life([ACCEPTED, resolved("2026-03-05 10:00"), recalled])
    await tell(database, facts)

    await sweep(database, "2026-03-22 10:00")
    assert await rung(database) == []
    await sweep(database, "2026-03-23 07:00")

    assert await rung(database) == ["day_overdue"]


async def test_the_ladder_of_the_agency_counts_for_dossiers_accepted_from_its_day(
    database: Database,
) -> None:
    ladder = '[{"name": "near", "rank": "unit_head", "left_minutes": 60}]'
    await rows(database, SET_LADDER, "H20.40", date(2026, 3, 3), ladder)
    old, new = life([ACCEPTED]), life([make_accepted(at("2026-03-03 08:00"))])
    await tell(database, [*old, *new])

    assert await next_at(database, old[0].aggregate_id) == at("2026-03-09 08:00")
    assert await next_at(database, new[0].aggregate_id) == at("2026-03-17 07:00")


def random_life(chance: random.Random) -> list[Event]:
    """A dossier that waits, moves, ends, and may be recalled, some of it long after its due."""
    moment = at("2026-03-02 08:00") + timedelta(minutes=chance.randrange(3 * 1440))
    facts: list[Event] = [make_accepted(moment)]

    def later() -> datetime:
        nonlocal moment
        moment += timedelta(minutes=chance.randrange(8 * 1440))
        return moment

    for number in range(1, chance.randrange(1, 4)):
        mode = chance.choice(list(PauseEnd))
        facts.append(asked(f"{later():%Y-%m-%d %H:%M}", number=number))
        if chance.random() < 0.9:
            facts.append(given(f"{later():%Y-%m-%d %H:%M}", mode, number=number))
        if chance.random() < 0.3:
            moved = DossierTransferred(
                from_agency="H20.40.01", to_agency="H20.40.02", transferred_at=later()
            )
            facts.append(moved)
    if chance.random() < 0.6:
        facts.append(resolved(f"{later():%Y-%m-%d %H:%M}"))
        if chance.random() < 0.5:
            facts.append(DossierResultRecalled(ground="sai", recalled_at=later()))
    return facts


def by_time(lives: Sequence[Sequence[Envelope[Event]]]) -> list[tuple[datetime, Envelope[Event]]]:
    """All facts as they happen; the second half of the name is what each calls its moment."""
    moments = ("accepted_at", "requested_at", "supplemented_at", "resolved_at", "recalled_at",
               "transferred_at")  # fmt: skip
    timed = []
    for envelopes in lives:
        for envelope in envelopes:
            moment = next(
                value for name in moments if (value := getattr(envelope.data, name, None))
            )
            timed.append((moment, envelope))
    return sorted(timed, key=lambda one: (one[0], one[1].aggregate_id, one[1].sequence))


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_rebuild_from_the_stream_neither_forgets_an_alarm_nor_raises_one_again(
    fresh_database: FreshDatabase, seed: int
) -> None:
    chance = random.Random(seed)
    live, anew = await make(fresh_database), await make(fresh_database)
    ladder = '[{"name": "due", "rank": "unit_head", "left_minutes": 0}]'
    for database in (live, anew):
        await rows(database, SET_LADDER, "H20.40.02", date(2026, 3, 1), ladder)
    facts = by_time([life(random_life(chance)) for _ in range(40)])
    stream: list[tuple[float, int, Envelope[Event]]] = []
    seen, relayed = 0, 0.0
    for moment, envelope in facts:
        await tell(live, [envelope])
        stream.append((moment.timestamp(), len(stream), envelope))
        if chance.random() < 0.3:
            await sweep(live, moment)
        # Own facts reach the stream later than what happened meanwhile, in their own order.
        alarms = await told_alarms(live)
        for alarm in alarms[seen:]:
            relayed = max(relayed, moment.timestamp() + chance.randrange(3 * 86400))
            stream.append((relayed, len(stream), alarm))
        seen = len(alarms)
    for alarm in await told_alarms(live):
        await tell(live, [alarm])

    ordered = [envelope for *_, envelope in sorted(stream, key=lambda one: one[:2])]
    while ordered:
        size = chance.choice((1, 3, 30))
        await tell(anew, ordered[:size])
        ordered = ordered[size:]

    assert seen > 40
    for table in ("alarm", "alarm_clock"):
        lines = [await rows(database, STATE.format(table)) for database in (live, anew)]
        assert lines[0] == lines[1]
    # As many facts as rows, numbered without a gap.
    numbered = {(one.aggregate_id, one.sequence) for one in await told_alarms(live)}
    counted = await rows(live, "select dossier, count(*) as alarms from alarm group by dossier")
    assert numbered == {
        (str(row["dossier"]), number) for row in counted for number in range(1, row["alarms"] + 1)
    }
    for database in (live, anew):
        await database.close()


async def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    database: Database,
) -> None:
    lives = [life([make_accepted(at("2026-03-02 08:00"))], str(uuid.uuid4())) for _ in range(700)]
    await tell(database, [envelope for envelopes in lives for envelope in envelopes])
    now = at("2026-03-16 08:00")
    gate = await asyncpg.connect(database.url)
    closed = gate.transaction()
    await closed.start()
    # It has claimed and written its batch, and waits to tell it.
    await gate.execute("lock table outbox in share mode")
    killed, other = await asyncio.gather(*(spawn(database.url, now) for _ in range(2)))
    release(killed)
    await until(lambda: gate.fetchval(AT_GATE, 1), seconds=20, what="a worker at the gate")
    release(other)
    await until(lambda: gate.fetchval(AT_GATE, 2), seconds=20, what="both workers at the gate")
    os.kill(killed.pid, signal.SIGKILL)
    await killed.wait()
    await closed.rollback()

    assert await other.wait() == 0
    alarms = await told_alarms(database)
    assert len({envelope.aggregate_id for envelope in alarms}) == len(alarms) == len(lives)
    assert {envelope.sequence for envelope in alarms} == {1}
    [counts] = await rows(
        database,
        "select count(*) as raised, (select count(*) from alarm_clock where sequence = 1"
        " and next_at = '2026-03-17 01:00Z') as ahead from alarm",
    )
    assert tuple(counts) == (700, 700)
    await gate.close()
