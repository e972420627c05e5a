"""Keeps what became of an import, so that its sender can ask later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import asyncpg

from services.intake.history.lines import LineError
from shared.errors import Forbidden

# Sending a history again starts its counts and errors anew; its dossiers are found to be there.
OPEN: Final = """
    insert into import_batch as b (name, sent_by, started_at) values ($1, $2, $3)
    on conflict (name) do update
    set lines = 0, imported = 0, already_there = 0, refused = 0, started_at = excluded.started_at,
        finished_at = null
    where b.sent_by = excluded.sent_by
    returning name
"""
FORGET_REFUSALS: Final = "delete from import_refusal where batch = $1"
COUNT: Final = """
    update import_batch set lines = lines + $2, imported = imported + $3,
        already_there = already_there + $4, refused = refused + $5
    where name = $1
"""
CLOSE: Final = "update import_batch set finished_at = $2 where name = $1"


@dataclass(slots=True)
class Counts:
    """What became of a chunk's lines."""

    lines: int = 0
    imported: int = 0
    already_there: int = 0
    refusals: list[tuple[int, LineError]] = field(default_factory=list)


async def begin(connection: asyncpg.Connection, name: str, sent_by: str, at: datetime) -> None:
    """Enter the batch, or start it again; raises Forbidden when the name is another's."""
    if await connection.fetchval(OPEN, name, sent_by, at) is None:
        raise Forbidden("Tên lô này đã được người khác dùng.", code="batch_foreign")
    await connection.execute(FORGET_REFUSALS, name)


async def count(connection: asyncpg.Connection, name: str, counts: Counts) -> None:
    """Add a chunk, in the transaction that wrote it."""
    refused: Sequence[tuple[int, LineError]] = counts.refusals
    await connection.execute(
        COUNT, name, counts.lines, counts.imported, counts.already_there, len(refused)
    )
    await connection.copy_records_to_table(
        "import_refusal",
        columns=("batch", "line", "code", "detail"),
        records=[(name, number, why.code, why.detail) for number, why in refused],
    )


async def close(connection: asyncpg.Connection, name: str, at: datetime) -> None:
    """Say that the last line was read."""
    await connection.execute(CLOSE, name, at)
