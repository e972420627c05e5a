"""Books and their entries, within the caller's agencies."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg

from services.sla.watching import grants_of
from shared import paging
from shared.database import Database
from shared.errors import Conflict, NotFound
from shared.identity import Principal

ROWS_A_TIME: Final = 2000

BOOKS: Final = """
    select b.agency, b.field, b.year, b.last as entries, c.closed_at, c.last as closed_with
    from book b left join book_closing c using (agency, field, year)
    where exists (select from unnest($1::text[]) as grants (code)
                   where grants.code in ('*', b.agency)
                      or starts_with(b.agency, grants.code || '.'))
      and ($2::text is null or b.agency = $2) and ($3::int is null or b.year = $3)
      and ($4::text is null or (b.agency, b.field, b.year) > ($4, $5, $6))
    order by b.agency, b.field, b.year limit $7
"""
ENTRIES: Final = """
    select e.number, e.dossier, l.code, l.procedure, p.name as procedure_name,
           l.agency as lead_agency, a.name as lead_agency_name, l.accepted_at as received_at,
           clock.due_at, l.ended_at, l.returned_at, l.way_of_return,
           coalesce(e.number > c.last, false) as after_closing
    from book_entry e
    join life l using (dossier)
    join clock using (dossier)
    left join procedure_copy p on p.code = l.procedure and p.version = l.procedure_version
    left join agency_copy a on a.code = l.agency
    left join book_closing c
      on (c.agency, c.field, c.year) = (e.agency, e.field, e.year)
    where (e.agency, e.field, e.year) = ($1, $2, $3) and e.number > $4 and e.number <= $5
    order by e.number limit $6
"""
CLOSE: Final = """
    insert into book_closing (agency, field, year, last, closed_at, closed_by)
    select agency, field, year, last, $4, $5 from book
    where (agency, field, year) = ($1, $2, $3)
    on conflict do nothing returning last
"""


class Which(NamedTuple):
    """Whose book, of which field and year."""

    agency: str
    field: str
    year: int


async def list_of(
    connection: asyncpg.Connection,
    principal: Principal,
    *,
    agency: str | None,
    year: int | None,
    after: str | None,
    limit: int,
) -> tuple[Sequence[asyncpg.Record], str | None]:
    """One page of books, by agency, field and year."""
    past: tuple[Any, ...] = (None, None, None)
    if after is not None:
        past = tuple(paging.decode(after, 3))
        if [type(part) for part in past] != [str, str, int] or any(
            "\x00" in part for part in past[:2]
        ):
            raise paging.unreadable()
    rows = await connection.fetch(BOOKS, grants_of(principal), agency, year, *past, limit + 1)
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return page, paging.encode(last["agency"], last["field"], last["year"]) if last else None


async def get(connection: asyncpg.Connection, principal: Principal, which: Which) -> asyncpg.Record:
    """One book; raises NotFound, also for a foreign agency's."""
    if principal.covers(which.agency):
        rows = await connection.fetch(
            BOOKS, [which.agency], which.agency, which.year, None, None, None, paging.PAGE_SIZE_MAX
        )
        for row in rows:
            if row["field"] == which.field:
                return row
    raise NotFound("Không có sổ theo dõi này.", code="book_not_found")


async def page(
    connection: asyncpg.Connection, which: Which, *, beyond: int, last: int, limit: int
) -> Sequence[asyncpg.Record]:
    """Entries with numbers beyond one and up to another."""
    rows: Sequence[asyncpg.Record] = await connection.fetch(ENTRIES, *which, beyond, last, limit)
    return rows


async def pages(
    database: Database, which: Which, first: int, last: int
) -> AsyncIterator[Sequence[asyncpg.Record]]:
    """Every entry of a part of the book, a bounded number at a time."""
    beyond = first - 1
    while True:
        async with database.statements() as connection:
            rows = await page(connection, which, beyond=beyond, last=last, limit=ROWS_A_TIME)
        if not rows:
            return
        yield rows
        beyond = rows[-1]["number"]


async def close(
    connection: asyncpg.Connection, principal: Principal, which: Which, now: datetime
) -> int:
    """Close a book with its last number (Circular 01/2018 Art 10); NotFound, Conflict."""
    await get(connection, principal, which)
    last: int | None = await connection.fetchval(CLOSE, *which, now, principal.subject)
    if last is None:
        raise Conflict("Sổ này đã khóa.", code="book_closed")
    return last
