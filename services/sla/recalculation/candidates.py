"""Finds the open clocks that a calendar version moves, in the database and a few at a time.

Most clocks that began in the same minute with the same limit are due together: they are counted
once. Those that waited or whose due was told are counted one by one.
"""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import asyncpg

from services.sla import clocks
from services.sla.calendars import compiled
from services.sla.recalculation import singly
from services.sla.recalculation.counting import Counted, Plain, lean
from services.sla.recalculation.window import changed
from services.sla.terms import Term
from shared.working_time import WorkingTime

EPOCH: Final = datetime.fromtimestamp(0, UTC)
"""Stands for no wait: columns that are joined by must not be null."""

AT_ONCE: Final = 5000
"""Who else is in this process gets a turn between them."""

VERSIONS: Final = """
select definition::text from calendar_copy where code = $1 and version < $2
"""
PREPARE: Final = """
set local work_mem = '64MB';
drop table if exists pg_temp.touched, pg_temp.alike_anew, pg_temp.single_anew;
create temp table alike_anew (
    began_at timestamptz, limit_value numeric, limit_unit text, same_day boolean, granted integer,
    waits_since timestamptz, due_at timestamptz, due_after timestamptz, used integer,
    minutes integer
) on commit drop;
create temp table single_anew (
    dossier uuid, due_after timestamptz, used integer, minutes integer
) on commit drop
"""
# The clocks are read once, by every core there is: they fill more memory than a small machine has.
TOUCH: Final = """
create temp table touched on commit drop as
select dossier, agency, receiving_agency, procedure, field, channel, counted, phase, adjusted,
       reappointed, due_at, due_on, promised_at, last_at, last_on, entries, sequence,
       lapsed or told as single, date_bin('1 minute', began_at, 'epoch') as began_at,
       coalesce(limit_value, 0) as limit_value, coalesce(limit_unit, '') as limit_unit, same_day,
       granted, case when open_pauses = '' then 'epoch'
                     else date_bin('1 minute', since, 'epoch') end as waits_since
  from clock
 where calendar = $1 and calendar_version <= $2 and phase <> 'ended' and due_at is not null
   and $3::tstzmultirange && tstzrange(began_at, greatest(began_at, due_at))
"""
ALIKE: Final = """
select began_at, limit_value, limit_unit, same_day, granted, waits_since, due_at,
       count(*) as clocks
  from touched where not single
 group by began_at, limit_value, limit_unit, same_day, granted, waits_since, due_at
"""
SINGLE: Final = "select clock.* from touched join clock using (dossier) where single"
MOVING: Final = """(
    select touched.*, due_after, used, minutes
      from touched join alike_anew using
           (began_at, limit_value, limit_unit, same_day, granted, waits_since, due_at)
     where not single
    union all
    select touched.*, due_after, used, minutes from touched join single_anew using (dossier)
) as moving"""
"""All whose due differs, for the statements of a preview and of an order.

`due_after` is null where the due is no count of ours.
"""

ALIKE_COLUMNS: Final = (
    *("began_at", "limit_value", "limit_unit", "same_day", "granted", "waits_since", "due_at"),
    *("due_after", "used", "minutes"),
)
SINGLE_COLUMNS: Final = ("dossier", "due_after", "used", "minutes")
NO_COUNT: Final = (None, None, None)


class Direction(StrEnum):
    """Where a due would move; `AS_TOLD` stands, for it is no count of ours."""

    LATER = "later"
    EARLIER = "earlier"
    AS_TOLD = "as_told"


Sums = Counter[Direction]


async def find(
    connection: asyncpg.Connection, code: str, version: int, proposed: WorkingTime
) -> Sums:
    """Find the clocks of a calendar whose due differs by it, for `MOVING`; how many.

    The caller holds a transaction.
    """
    await connection.execute(PREPARE)
    earlier = await connection.fetch(VERSIONS, code, version)
    spans = changed(proposed.calendar, (compiled(row[0]).calendar for row in earlier))
    await connection.execute(TOUCH, code, version, [asyncpg.Range(*span) for span in spans])
    sums: Sums = Counter()
    await _alike(connection, proposed, sums)
    await _single(connection, proposed, sums)
    await connection.execute("analyze alike_anew, single_anew")
    return sums


async def chunks(
    connection: asyncpg.Connection, statement: str
) -> AsyncIterator[list[asyncpg.Record]]:
    """Read a few thousand rows at a time."""
    rows: list[asyncpg.Record] = []
    # Unlike a cursor that is fetched from, the iterator closes itself at the end.
    async for row in connection.cursor(statement, prefetch=AT_ONCE):
        rows.append(row)
        if len(rows) == AT_ONCE:
            yield rows
            rows = []
    yield rows


async def _alike(connection: asyncpg.Connection, proposed: WorkingTime, sums: Sums) -> None:
    async for rows in chunks(connection, ALIKE):
        records = []
        for began_at, value, unit, same_day, granted, waits_since, due_at, number in rows:
            term = Term(clocks.limit(value, unit) if unit else None, same_day)
            since = None if waits_since == EPOCH else waits_since
            counted = lean(Plain(term, began_at, granted, since, due_at), proposed)
            if counted is None or counted.due_at != due_at:
                sums[_direction(due_at, counted)] += number
                group = began_at, value, unit, same_day, granted, waits_since, due_at
                records.append((*group, *(counted or NO_COUNT)))
        await connection.copy_records_to_table("alike_anew", records=records, columns=ALIKE_COLUMNS)


async def _single(connection: asyncpg.Connection, proposed: WorkingTime, sums: Sums) -> None:
    async for rows in chunks(connection, SINGLE):
        records = []
        for dossier, due_at, counted in await singly.count(connection, rows, proposed):
            if counted is None or counted.due_at != due_at:
                sums[_direction(due_at, counted)] += 1
                records.append((dossier, *(counted or NO_COUNT)))
        await connection.copy_records_to_table(
            "single_anew", records=records, columns=SINGLE_COLUMNS
        )


def _direction(before: datetime | None, counted: Counted | None) -> Direction:
    if counted is None or before is None:
        return Direction.AS_TOLD
    return Direction.LATER if counted.due_at > before else Direction.EARLIER
