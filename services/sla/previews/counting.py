"""Counts once what a preview would move: over all open clocks, in one transaction."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from services.sla.calendars import compiled
from services.sla.recalculation import candidates
from services.sla.recalculation.candidates import MOVING

LOCK: Final = """
select counted_at from calendar_preview where id = $1 for update
"""
CALENDARS: Final = """
select code, version, definition::text from previewed_calendar where preview = $1 order by code
"""
# Apart from the insert, so that every core counts.
OPEN: Final = """
select agency, receiving_agency, count(*)::int as counted from clock
 where calendar = any($1::text[]) and phase <> 'ended' and due_at is not null
 group by agency, receiving_agency
"""
SUMS: Final = (
    *("preview", "agency", "receiving_agency", "counted"),
    *("earlier", "later", "as_told", "earlier_minutes", "later_minutes"),
)
ADD: Final = f"""
update preview_agency as sums
   set earlier = sums.earlier + moves.earlier, later = sums.later + moves.later,
       as_told = sums.as_told + moves.as_told,
       earlier_minutes = sums.earlier_minutes + moves.earlier_minutes,
       later_minutes = sums.later_minutes + moves.later_minutes
  from (select agency, receiving_agency, count(*) filter (where minutes < 0) as earlier,
               count(*) filter (where minutes >= 0) as later,
               count(*) filter (where due_after is null) as as_told,
               -coalesce(sum(minutes) filter (where minutes < 0), 0) as earlier_minutes,
               coalesce(sum(minutes) filter (where minutes >= 0), 0) as later_minutes
          from {MOVING} group by agency, receiving_agency) as moves
 where (sums.preview, sums.agency, sums.receiving_agency)
     = ($1, moves.agency, moves.receiving_agency)
"""  # noqa: S608 (only constants)
COUNTED: Final = "update calendar_preview set counted_at = $2 where id = $1"


async def count(connection: asyncpg.Connection, preview: UUID, at: datetime) -> None:
    """Count a preview and keep the result; who comes second finds it done.

    The caller's transaction holds it all.
    """
    if await connection.fetchval(LOCK, preview) is not None:
        return
    put_forward = await connection.fetch(CALENDARS, preview)
    agencies = await connection.fetch(OPEN, [row["code"] for row in put_forward])
    nothing_yet = [(preview, *row, 0, 0, 0, 0, 0) for row in agencies]
    await connection.copy_records_to_table("preview_agency", records=nothing_yet, columns=SUMS)
    for code, version, definition in put_forward:
        await candidates.find(connection, code, version, compiled(definition))
        await connection.execute(ADD, preview)
    await connection.execute(COUNTED, preview, at)
