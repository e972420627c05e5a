"""Forgets the raw bytes of files that are long read; what was found and decided stays."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from shared.clock import present
from shared.database import Database

ABANDONED_AFTER: Final = timedelta(days=1)
"""An upload that was never finished is nobody's by then."""

CHUNKS_A_TIME: Final = 64

FORGET_CHUNKS: Final = """
    delete from procedure_import_chunk where (import_id, number) in
        (select import_id, c.number from procedure_import_chunk c
         join procedure_import i on i.id = c.import_id
         where i.read_at < $1 or (i.state = 'receiving' and i.uploaded_at < $2)
         limit $3)
    returning import_id
"""
NOTE_FORGOTTEN: Final = (
    "update procedure_import i set forgotten_at = $2 where read_at < $1 and forgotten_at is null"
    " and not exists (select from procedure_import_chunk where import_id = i.id)"
)
DROP_ABANDONED: Final = (
    "delete from procedure_import i where state = 'receiving' and uploaded_at < $1"
    " and not exists (select from procedure_import_chunk where import_id = i.id)"
)


def forget_after(days: int) -> Callable[[Database], Awaitable[None]]:
    """Make the periodic work that keeps raw bytes so many days after they were read."""

    async def forget(database: Database) -> None:
        await forget_files(database, days=days, now=present())

    return forget


async def forget_files(database: Database, *, days: int, now: datetime) -> None:
    """Delete what is too old, a bounded number at a time, so that no lock lasts."""
    read_before, left_before = now - timedelta(days=days), now - ABANDONED_AFTER
    forgotten = CHUNKS_A_TIME
    while forgotten == CHUNKS_A_TIME:
        async with database.raw() as connection:
            rows = await connection.fetch(FORGET_CHUNKS, read_before, left_before, CHUNKS_A_TIME)
            forgotten = len(rows)
    async with database.raw() as connection:
        await connection.execute(NOTE_FORGOTTEN, read_before, now)
        await connection.execute(DROP_ABANDONED, left_before)
