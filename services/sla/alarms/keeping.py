"""Keeps when each open clock rings next, in the transaction that moves the clock.

What is kept follows from the clocks, the ladders and what was raised, so that a rebuild neither
raises an alarm again nor forgets one: it reads sla's own alarms back and sets the same minutes.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from services.sla import calendars
from services.sla.alarms import history, ladders, schedule
from services.sla.alarms.history import Kept
from services.sla.alarms.schedule import Running
from services.sla.calendars import WorkingTimes
from services.sla.facts import Told
from services.sla.followed import Followed
from services.sla.following import Batch
from shared.events import DeadlineNear, DossierOverdue, Event

HEARD: Final = frozenset[type[Event]]((DeadlineNear, DossierOverdue))

SET: Final = """
insert into alarm_clock (dossier, next_at)
select * from unnest($1::uuid[], $2::timestamptz[]) as told (dossier, next_at) order by dossier
on conflict (dossier) do update set next_at = excluded.next_at
 where alarm_clock.next_at is distinct from excluded.next_at
"""
# Two statements: the first locks the rows, so that the second sees what a sweep has just counted.
SILENCE: Final = "update alarm_clock set next_at = null where dossier = any($1::uuid[])"
FORGET: Final = "delete from alarm_clock where dossier = any($1::uuid[]) and sequence = 0"
NUMBER: Final = """
insert into alarm_clock (dossier, sequence)
select dossier, max(sequence) from unnest($1::uuid[], $2::bigint[]) as told (dossier, sequence)
 group by dossier order by dossier
on conflict (dossier) do update set sequence = excluded.sequence
 where alarm_clock.sequence < excluded.sequence
"""


async def follow(connection: asyncpg.Connection, told: Sequence[Told], batch: Batch) -> None:
    """Set the next alarm of every clock that moved, and of those whose alarms were read back."""
    raised = [one for one in told if type(one.fact) in HEARD]
    if raised:
        await history.keep(connection, [Kept(one.dossier, one.fact) for one in raised])
        numbers = [one.dossier for one in raised], [one.sequence for one in raised]
        await connection.execute(NUMBER, *numbers)
    known = batch.followed
    concerned = batch.touched | {
        one.dossier: known[one.dossier] for one in raised if one.dossier in known
    }
    running, silent = _parted(concerned)
    await reschedule(connection, running)
    await silence(connection, silent)


async def reschedule(
    connection: asyncpg.Connection,
    running: Sequence[Running],
    times: WorkingTimes | None = None,
) -> None:
    """Set the next alarm of running clocks whose due may have moved: three statements for all.

    `times` spares reading the calendars again.
    """
    if not running:
        return
    if times is None:
        times = await calendars.load(connection, {one.calendar for one in running})
    by_agency = await ladders.load(connection, {one.agency for one in running})
    raised = await history.load(connection, [one.dossier for one in running])
    moments: dict[str, datetime] = {}
    silent = []
    for one in running:
        ladder = by_agency.of(one.agency, one.procedure, one.accepted_at)
        told = raised.of(one.dossier, one.due_at)
        moment = schedule.next_at(ladder, one, told, times[one.calendar])
        if moment is None:
            silent.append(one.dossier)
        else:
            moments[one.dossier] = moment
    await connection.execute(SET, list(moments), list(moments.values()))
    await silence(connection, silent)


async def silence(connection: asyncpg.Connection, dossiers: Collection[str]) -> None:
    """Let no alarm ring for these any more; what was raised stays."""
    if dossiers:
        await connection.execute(SILENCE, list(dossiers))
        await connection.execute(FORGET, list(dossiers))


def _parted(concerned: Mapping[str, Followed]) -> tuple[list[Running], list[str]]:
    """Those that run, and those that must be silent though they may have rung before."""
    running, silent = [], []
    for dossier, followed in concerned.items():
        one = schedule.running(followed)
        if one is not None:
            running.append(one)
        elif not followed.fresh:
            silent.append(dossier)
    return running, silent
