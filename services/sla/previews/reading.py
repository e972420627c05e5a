"""Answers what a preview would move, within the caller's agencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from services.sla.previews import moves
from services.sla.previews.counting import count
from services.sla.previews.moves import SCOPE
from shared import paging
from shared.database import Database
from shared.errors import NotFound
from shared.identity import EVERYWHERE, Principal

AGENCIES_MAX: Final = 5000
"""All that there are in the nation, and some to spare."""

KNOWN: Final = """
select calendars, previewed_at, counted_at,
       array(select code || ' ' || version from previewed_calendar
              where preview = id order by code) as versions
  from calendar_preview where id = $1
"""
SUMS: Final = f"""
select agency, sum(counted)::int as counted, sum(earlier)::int as earlier,
       sum(later)::int as later, sum(as_told)::int as as_told,
       sum(earlier_minutes)::bigint as earlier_minutes, sum(later_minutes)::bigint as later_minutes
  from preview_agency where preview = $1 and {SCOPE}
 group by agency order by sum(earlier + later) desc, agency limit $3
"""  # noqa: S608 (only constants)


@dataclass(frozen=True, slots=True)
class Answer:
    """A counted preview: its calendars as `code version`, and the sums by agency."""

    calendars: Sequence[str]
    previewed_at: datetime
    counted_at: datetime
    agencies: Sequence[asyncpg.Record]


async def answer(database: Database, preview: UUID, principal: Principal, now: datetime) -> Answer:
    """The sums of a preview, counted now when nobody asked before; raises NotFound."""
    known = await _counted(database, preview, now)
    async with database.statements() as connection:
        sums = await connection.fetch(SUMS, preview, _grants(principal), AGENCIES_MAX)
    return Answer(known["versions"], known["previewed_at"], known["counted_at"], sums)


async def list_moves(
    database: Database,
    preview: UUID,
    principal: Principal,
    *,
    agency: str | None,
    after: str | None,
    limit: int,
) -> tuple[Sequence[moves.Move], str | None]:
    """One page of the dossiers that would move now, oldest first, and its next cursor."""
    past = moves.FIRST if after is None else _past(after)
    async with database.raw() as connection:
        await _known(connection, preview)
        asked = moves.Asked(preview, _grants(principal), agency)
        page, last = await moves.page(connection, asked, past, limit)
    return page, None if last is None else paging.encode(str(last))


async def _known(connection: asyncpg.Connection, preview: UUID) -> asyncpg.Record:
    """Find a preview; raises NotFound."""
    known = await connection.fetchrow(KNOWN, preview)
    # It comes in parts, one per calendar: before the last one there is nothing to say.
    if known is None or len(known["versions"]) < len(known["calendars"]):
        raise NotFound(
            "Chưa nhận được bản xem trước này, hoặc đã quá hạn lưu.",
            code="preview_unknown",
            headers={"Retry-After": "1"},
        )
    return known


async def _counted(database: Database, preview: UUID, now: datetime) -> asyncpg.Record:
    """Find a preview, and count it when it is not counted yet; raises NotFound."""
    async with database.raw() as connection:
        known = await _known(connection, preview)
        if known["counted_at"] is None:
            await count(connection, preview, now)
            known = await _known(connection, preview)
        return known


def _grants(principal: Principal) -> list[str]:
    return [EVERYWHERE] if principal.everywhere else list(principal.agencies)


def _past(cursor: str) -> UUID:
    (dossier,) = paging.decode_texts(cursor, 1)
    try:
        return UUID(dossier)
    except ValueError as broken:
        raise paging.unreadable() from broken
