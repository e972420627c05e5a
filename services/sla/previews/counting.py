"""Counts once what a preview would move: over all open clocks, in one transaction."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from services.sla.calendars import compiled
from services.sla.recalculation import candidates
from services.sla.recalculation.candidates import MOVING, Direction

LOCK: Final = """
select counted_at from calendar_preview where id = $1 for update
"""
CALENDARS: Final = """
select code, version, definition::text from previewed_calendar where preview = $1 order by code
"""
# By dossier, as the rows will lie in the index.
MOVES: Final = f"""
insert into preview_move (preview, dossier, code, agency, receiving_agency, calendar, due_before,
                          due_after, minutes)
select $1, dossier, code, agency, receiving_agency, $2, moving.due_at, due_after, minutes
  from {MOVING} where due_after is not null order by dossier
"""  # noqa: S608 (only constants)
OPEN: Final = """
insert into preview_agency (preview, agency, receiving_agency, counted, earlier, later, as_told,
                            earlier_minutes, later_minutes)
select $1, agency, receiving_agency, count(*), 0, 0, 0, 0, 0 from clock
 where calendar = any($2::text[]) and phase <> 'ended' and due_at is not null
 group by agency, receiving_agency
"""
AS_TOLD: Final = f"""
update preview_agency as sums set as_told = sums.as_told + told.clocks
  from (select agency, receiving_agency, count(*) as clocks
          from {MOVING} where due_after is null group by agency, receiving_agency) as told
 where (sums.preview, sums.agency, sums.receiving_agency)
     = ($1, told.agency, told.receiving_agency)
"""  # noqa: S608 (only constants)
SUMS: Final = """
update preview_agency as sums
   set earlier = moves.earlier, later = moves.later, earlier_minutes = moves.earlier_minutes,
       later_minutes = moves.later_minutes
  from (select agency, receiving_agency, count(*) filter (where minutes < 0) as earlier,
               count(*) filter (where minutes >= 0) as later,
               -coalesce(sum(minutes) filter (where minutes < 0), 0) as earlier_minutes,
               coalesce(sum(minutes) filter (where minutes >= 0), 0) as later_minutes
          from preview_move where preview = $1 group by agency, receiving_agency) as moves
 where (sums.preview, sums.agency, sums.receiving_agency)
     = ($1, moves.agency, moves.receiving_agency)
"""
COUNTED: Final = "update calendar_preview set counted_at = $2 where id = $1"


async def count(connection: asyncpg.Connection, preview: UUID, at: datetime) -> None:
    """Count a preview and keep the result; who comes second finds it done.

    The caller's transaction holds it all.
    """
    if await connection.fetchval(LOCK, preview) is not None:
        return
    put_forward = await connection.fetch(CALENDARS, preview)
    await connection.execute(OPEN, preview, [row["code"] for row in put_forward])
    for code, version, definition in put_forward:
        sums = await candidates.find(connection, code, version, compiled(definition))
        await connection.execute(MOVES, preview, code)
        if sums[Direction.AS_TOLD]:
            await connection.execute(AS_TOLD, preview)
    await connection.execute(SUMS, preview)
    await connection.execute(COUNTED, preview, at)
