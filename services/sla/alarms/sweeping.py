"""Raises the alarms whose minute has come: any number of workers, each alarm exactly once."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg
from prometheus_client import Counter

from services.sla import calendars
from services.sla.alarms import history, keeping, ladders, schedule
from services.sla.alarms.history import Alarm, Kept
from services.sla.alarms.schedule import Ring, Running
from services.sla.phases import Phase
from shared import outbox
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.events import DeadlineNear, DossierOverdue, seal
from shared.working_time import OutOfRange, WorkingTime
from shared.working_time.minutes import to_minutes, to_moment

BATCH_MAX: Final = 500
BATCHES_MAX: Final = 2000
"""A million in one go; the rest waits for the next."""

HELD_SECONDS: Final = 0.05
REST_SECONDS: Final = 5.0
RAISED = Counter("motcua_sla_alarms_total", "Alarms on time limits that were raised.", ["rank"])

CLAIM: Final = """
select dossier, sequence from alarm_clock
 where next_at <= $1 order by next_at limit $2 for update skip locked
"""
# After the claim, and by itself: the clocks as they stood when nobody could move them any more.
STANDING: Final = """
select clock.dossier, clock.code, clock.agency, clock.procedure, clock.accepted_at,
       clock.calendar, clock.calendar_version, clock.phase, clock.due_at, clock.since,
       clock.used_minutes, clock.last_at, life.unit, life.officer
  from clock left join life using (dossier)
 where clock.dossier = any($1::uuid[])
"""
LEFT: Final = "select exists(select from alarm_clock where next_at <= $1)"
MOVE_ON: Final = """
update alarm_clock set next_at = told.next_at, sequence = told.sequence
  from unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) as told (dossier, next_at, sequence)
 where alarm_clock.dossier = told.dossier
"""
TELL: Final = """
insert into outbox (id, subject, body) select * from unnest($1::uuid[], $2::text[], $3::bytea[])
"""


class Ringing(NamedTuple):
    """A clock that rings: the alarm, and when the next one is."""

    dossier: str
    fact: Alarm
    next_at: datetime | None


async def raise_due(database: Database, clock: Callable[[], datetime] = present) -> None:
    """Raise everything that is due by the clock, a batch at a time."""
    for _ in range(BATCHES_MAX):
        now = clock()
        if await sweep(database, now):
            continue
        async with database.statements() as connection:
            if not await connection.fetchval(LEFT, now):
                return
        # Others hold what is left; should they die, it is free in a moment.
        await asyncio.sleep(HELD_SECONDS)


async def sweep(database: Database, now: datetime) -> int:
    """Raise one batch in one transaction; how many clocks were claimed."""
    async with database.raw() as connection:
        claimed = await connection.fetch(CLAIM, now, BATCH_MAX)
        if claimed:
            numbers = {str(row["dossier"]): row["sequence"] for row in claimed}
            await _ring(connection, numbers, now)
    return len(claimed)


async def _ring(connection: asyncpg.Connection, numbers: dict[str, int], now: datetime) -> None:
    """Raise the alarms of clocks that are held."""
    rows = await connection.fetch(STANDING, list(numbers))
    ringing, still = await _decide(connection, rows, now)
    new = await history.keep(connection, [Kept(one.dossier, one.fact) for one in ringing])
    told = [one for one in ringing if one.dossier in new]
    sequences = [numbers[one.dossier] + 1 for one in told]
    moves = [(one.dossier, one.next_at) for one in told]
    if told:
        await connection.execute(MOVE_ON, *map(list, zip(*moves, strict=True)), sequences)
        facts = map(_outbox_row, told, sequences)
        await connection.execute(TELL, *map(list, zip(*facts, strict=True)))
    await keeping.reschedule(connection, still)
    running = {one.dossier for one in ringing} | {one.dossier for one in still}
    await keeping.silence(connection, numbers.keys() - running)
    for one in told:
        RAISED.labels(one.fact.rank).inc()


async def _decide(
    connection: asyncpg.Connection, rows: Sequence[Any], now: datetime
) -> tuple[list[Ringing], list[Running]]:
    """Those that ring now, and those whose alarm lies ahead after all."""
    standing = [(row, one) for row in rows if (one := _running(row)) is not None]
    times = await calendars.load(connection, {one.calendar for _, one in standing})
    by_agency = await ladders.load(connection, {one.agency for _, one in standing})
    raised = await history.load(connection, [one.dossier for _, one in standing])
    ringing, still = [], []
    for row, one in standing:
        ladder = by_agency.of(one.agency, one.procedure, one.accepted_at)
        working_time = times[one.calendar]
        rings = schedule.ahead(ladder, one, raised.of(one.dossier, one.due_at), working_time)
        passed = [ring for ring in rings if ring.minute <= to_minutes(now)]
        if not passed:
            still.append(one)
            continue
        following = None
        if len(passed) < len(rings):
            following = schedule.rings_at(rings[len(passed)].minute, one, working_time)
        ringing.append(Ringing(one.dossier, _alarm(row, passed, now, working_time), following))
    return ringing, still


def _running(row: Any) -> Running | None:
    if row["phase"] != Phase.RUNNING or row["due_at"] is None:
        return None
    return Running(
        str(row["dossier"]),
        row["agency"],
        row["procedure"],
        row["accepted_at"],
        (row["calendar"], row["calendar_version"]),
        row["due_at"],
        row["since"],
        row["used_minutes"],
        row["last_at"],
    )


def _alarm(row: Any, passed: Sequence[Ring], now: datetime, working_time: WorkingTime) -> Alarm:
    """Tell the highest rung passed; after a missed night those below it were skipped."""
    *skipped, ring = passed
    told = {name: row[name] for name in ("code", "agency", "procedure", "due_at")} | {
        "rung": ring.rung.name,
        "rank": ring.rung.rank,
        "planned_at": to_moment(ring.minute),
        "unit": row["unit"],
        "officer": row["officer"],
        "skipped": tuple(below.rung.name for below in skipped),
        "raised_at": now,
    }
    left = _left(row["due_at"], ring, now, working_time)
    if ring.left > 0:
        return DeadlineNear(left_minutes=left, **told)
    return DossierOverdue(late_minutes=-left, **told)


def _left(due_at: datetime, ring: Ring, now: datetime, working_time: WorkingTime) -> int:
    try:
        return working_time.between(now, due_at)
    except OutOfRange:
        # Its calendar ends before today: at least so much has passed.
        return ring.left


def _outbox_row(one: Ringing, sequence: int) -> tuple[str, str, bytes]:
    agency = one.fact.agency
    envelope = seal(
        one.fact, source="sla", aggregate_id=one.dossier, sequence=sequence, agency=agency
    )
    return outbox.row(envelope)


RAISE_ALARMS: Final = Periodic("raise-alarms", REST_SECONDS, raise_due)
