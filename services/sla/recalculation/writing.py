"""Writes what a recalculation moves, so many clocks a statement: ledger, clocks, facts, alarms."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Final
from uuid import UUID

import asyncpg

from services.sla.alarms import keeping as alarms
from services.sla.alarms.schedule import Running
from services.sla.calendars import Version
from services.sla.following import CALENDAR_GROUND
from services.sla.recalculation.candidates import MOVING, chunks
from shared.events import ClockDueDateChanged, Envelope, Event, seal
from shared.working_time import WorkingTime

AT_ONCE: Final = 50_000
"""Clocks a statement: each takes a few seconds at most."""

Span = tuple[UUID, UUID]
"""Dossiers behind the first one, up to the second."""

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)

PREPARE: Final = """
drop table if exists pg_temp.moved;
create temp table moved (
    dossier uuid, agency text, procedure text, field text, channel text,
    counted boolean, phase text, due_before timestamptz, due_after timestamptz,
    promised_after timestamptz, used integer, at timestamptz, on_day date, place integer,
    sequence bigint, due_on_before date, due_on_after date
) on commit drop
"""
# By dossier, as the rows lie in the indices; the time never runs backwards.
FILL: Final = f"""
insert into moved
select dossier, agency, procedure, field, channel, counted,
       phase, moving.due_at, due_after, promised, used, stood.at,
       greatest(last_on, (stood.at at time zone 'Asia/Ho_Chi_Minh')::date),
       entries + 1, sequence + 1, due_on,
       (case when adjusted and phase = 'running' then promised else due_after end
        at time zone 'Asia/Ho_Chi_Minh')::date
  from {MOVING}
 cross join lateral (
    select case when reappointed then greatest(promised_at, due_after) else due_after end
               as promised,
           greatest(last_at, $1::timestamptz) as at) as stood
 where due_after > moving.due_at or (due_after < moving.due_at and not $2)
 order by dossier
"""  # noqa: S608 (only constants)
LEDGER: Final = """
insert into ledger (dossier, place, source, source_sequence, entry, kind, told_at, at, on_day,
    agency, ground, due_before, due_at, promised_at, used_minutes, calendar, calendar_version,
    told, stand)
select dossier, place, 'recalculation', $3, 0, 'recalculated', nullif($4::timestamptz, at), at,
       on_day, agency, $5, due_before, due_after, nullif(promised_after, due_after), used, $6, $7,
       false, phase
  from moved where dossier > $1 and dossier <= $2 order by dossier
"""
# The span stands twice: else every one of them would read all the clocks.
CLOCKS: Final = """
update clock set due_at = due_after, due_on = due_on_after, promised_at = promised_after,
       used_minutes = used, calendar_version = $3, last_at = moved.at, last_on = on_day,
       sequence = moved.sequence, entries = place, told = false
  from moved
 where clock.dossier = moved.dossier and moved.dossier > $1 and moved.dossier <= $2
   and clock.dossier > $1 and clock.dossier <= $2
"""
OUTBOX: Final = """
insert into outbox (id, subject, body)
select id, format($3, agency),
       convert_to(format($4, id, dossier, sequence, agency, to_json(due_before),
                         to_json(due_after), to_json(at)), 'UTF8')
  from (select uuidv7() as id, * from moved where dossier > $1 and dossier <= $2 order by dossier)
       as told
"""
# An alarm that is set too early finds out when it rings (alarms.sweeping): a due that moved later
# needs no new one, unless something rang before or nothing was to ring any more.
RINGING: Final = """
select dossier::text, clock.agency, clock.procedure, accepted_at, due_at, since, used_minutes,
       last_at
  from (select moved.dossier
          from moved left join alarm_clock using (dossier)
         where phase = 'running'
           and (due_after < due_before or alarm_clock.next_at is null
                or exists (select from alarm where alarm.dossier = moved.dossier))
        offset 0) as ringing
  join clock using (dossier)
 order by dossier
"""
BOUNDS: Final = """
select dossier from (select dossier, row_number() over (order by dossier) as number from moved)
 where number % $1 = 0 order by dossier
"""


async def fill(
    connection: asyncpg.Connection, ordered_at: datetime, *, later_only: bool
) -> list[Span]:
    """Fill the temporary table `moved` with how the clocks that were found will stand."""
    await connection.execute(PREPARE)
    await connection.execute(FILL, ordered_at, later_only)
    await connection.execute("create index on moved (dossier)")
    await connection.execute("analyze moved")
    bounds = [row["dossier"] for row in await connection.fetch(BOUNDS, AT_ONCE)]
    return list(pairwise([FIRST, *bounds, LAST]))


async def tell(
    connection: asyncpg.Connection, span: Span, calendar: Version, order: Envelope[Event]
) -> None:
    """Record a fact for each clock of a span; their bodies are made where they lie."""
    await connection.execute(OUTBOX, *span, *_templates(calendar, order))


async def set_alarms(
    connection: asyncpg.Connection, calendar: Version, working_time: WorkingTime
) -> None:
    """Set the next alarm of the running clocks that would not find it out by themselves."""
    async for rows in chunks(connection, RINGING):
        running = [Running._make((*row[:4], calendar, *row[4:])) for row in map(tuple, rows)]
        await alarms.reschedule(connection, running, {calendar: working_time})


def _templates(calendar: Version, order: Envelope[Event]) -> tuple[str, str]:
    """What `format` makes a fact's subject and body of: an envelope with gaps in it."""
    code, version = calendar
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (1001, 1002, 1003)]
    before, after, at = moments
    fact = ClockDueDateChanged(
        ground=CALENDAR_GROUND,
        due_before=before,
        due_at=after,
        calendar=code,
        calendar_version=version,
        changed_at=at,
    )
    envelope = seal(
        fact,
        source="sla",
        aggregate_id="dossier gap",
        sequence=-1,
        agency="agency gap",
        cause=order,
    )
    told = fact.model_dump(mode="json")
    gaps = {
        envelope.id: "%1$s",
        "dossier gap": "%2$s",
        '"sequence":-1': '"sequence":%3$s',
        "agency gap": "%4$s",
        f'"{told["due_before"]}"': "%5$s",
        f'"{told["due_at"]}"': "%6$s",
        f'"{told["changed_at"]}"': "%7$s",
    }
    body = envelope.encode().decode().replace("%", "%%")
    for gap, place in gaps.items():
        body = body.replace(gap, place)
    return envelope.subject.replace("agency gap", "%1$s"), body
