"""Gives accepted dossiers their numbers in the books, in the order in which they were told."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.sla.facts import Told
from services.sla.following import Batch
from shared.working_time import business_date

LAST: Final = """
    select agency, field, year, last from book
    where (agency, field, year) in (select * from unnest($1::text[], $2::text[], $3::int[]))
"""
REACHED: Final = """
    insert into book (agency, field, year, last)
    select * from unnest($1::text[], $2::text[], $3::int[], $4::int[]) order by 1, 2, 3
    on conflict (agency, field, year) do update set last = excluded.last
"""
COLUMNS: Final = ("agency", "field", "year", "number", "dossier")

Place = tuple[str, str, int]
"""Whose book, of which field and year."""


async def follow(connection: asyncpg.Connection, _: Sequence[Told], batch: Batch) -> None:
    """Write the dossiers that the batch accepted into the books of their one-stops."""
    # The first row of a ledger is its acceptance.
    begun = [noted.followed for noted in batch.ledger if noted.place == 1]
    if not begun:
        return
    places: list[Place] = [
        (one.receiving_agency, one.key.field, business_date(one.accepted_at).year) for one in begun
    ]
    known = await connection.fetch(LAST, *map(list, zip(*sorted(set(places)), strict=True)))
    last = {(row["agency"], row["field"], row["year"]): row["last"] for row in known}
    entries: list[tuple[Any, ...]] = []
    for one, place in zip(begun, places, strict=True):
        last[place] = last.get(place, 0) + 1
        entries.append((*place, last[place], UUID(one.dossier)))
    await connection.copy_records_to_table("book_entry", records=entries, columns=COLUMNS)
    reached = [(*place, number) for place, number in last.items()]
    await connection.execute(REACHED, *map(list, zip(*reached, strict=True)))
