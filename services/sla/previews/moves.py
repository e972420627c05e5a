"""Lists the open dossiers that a considered calendar would move now, a few clocks at a time."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from services.sla.calendars import compiled
from services.sla.recalculation import singly
from shared.working_time import WorkingTime

AT_ONCE: Final = 500
CHUNKS_MAX: Final = 20
"""A page that finds too little in so many clocks ends early, with a cursor to go on."""
FIRST: Final = UUID(int=0)

CALENDARS: Final = """
select code, version, definition::text from previewed_calendar where preview = $1
"""
SCOPE: Final = """
exists (select from unnest($2::text[]) as grants (code)
         where grants.code in ('*', agency, receiving_agency)
            or starts_with(agency, grants.code || '.')
            or starts_with(receiving_agency, grants.code || '.'))
"""
OPEN: Final = f"""
select clock.* from clock
  join unnest($4::text[], $5::int[]) as proposed (code, version)
    on proposed.code = clock.calendar and clock.calendar_version <= proposed.version
 where phase <> 'ended' and due_at is not null and dossier > $1 and {SCOPE}
   and ($3::text is null or agency = $3 or (agency >= $3 || '.' and agency < $3 || '/'))
 order by dossier limit {AT_ONCE}
"""  # noqa: S608 (only constants)


class Asked(NamedTuple):
    """Which preview, for callers with which grants, and of which subtree if not of all."""

    preview: UUID
    grants: Sequence[str]
    agency: str | None


class Move(NamedTuple):
    """A dossier whose due would move; `minutes` are working minutes, negative for earlier."""

    dossier: UUID
    code: str
    agency: str
    receiving_agency: str
    calendar: str
    due_before: datetime
    due_after: datetime
    minutes: int


async def page(
    connection: asyncpg.Connection, asked: Asked, after: UUID, limit: int
) -> tuple[Sequence[Move], UUID | None]:
    """The moves behind a dossier, oldest first, and the dossier to go on behind, if any."""
    found: list[Move] = []
    chunks = 0
    async for rows, moves in _chunks(connection, asked, after):
        found += moves
        chunks += 1
        if len(found) > limit:
            return found[:limit], found[limit - 1].dossier
        if chunks == CHUNKS_MAX:
            return found, rows[-1]["dossier"]
    return found, None


async def _chunks(
    connection: asyncpg.Connection, asked: Asked, after: UUID
) -> AsyncIterator[tuple[Sequence[asyncpg.Record], list[Move]]]:
    """Open clocks in the order of their dossiers, with those of them that would move."""
    put_forward = await connection.fetch(CALENDARS, asked.preview)
    proposed = {code: compiled(definition) for code, _, definition in put_forward}
    versions = [row["version"] for row in put_forward]
    rows: Sequence[asyncpg.Record] = [None] * AT_ONCE
    while len(rows) == AT_ONCE:
        rows = await connection.fetch(
            OPEN, after, asked.grants, asked.agency, list(proposed), versions
        )
        if not rows:
            return
        after = rows[-1]["dossier"]
        yield rows, await _moving(connection, rows, proposed)


async def _moving(
    connection: asyncpg.Connection,
    rows: Sequence[asyncpg.Record],
    proposed: dict[str, WorkingTime],
) -> list[Move]:
    by_dossier = {str(row["dossier"]): row for row in rows}
    moves = []
    for code, working_time in proposed.items():
        own = [row for row in rows if row["calendar"] == code]
        for dossier, due_at, counted in await singly.count(connection, own, working_time):
            if due_at is None or counted is None or counted.due_at == due_at:
                continue
            row = by_dossier[dossier]
            which = row["dossier"], row["code"], row["agency"], row["receiving_agency"], code
            moves.append(Move(*which, due_at, counted.due_at, counted.minutes))
    return sorted(moves)
