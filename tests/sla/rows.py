"""What sla's tables hold after its handlers ran."""

from typing import Any

import asyncpg
import orjson

from services.sla.models import METADATA
from shared.tables import REBUILT

KERNEL = {"reached", "applied", "parked"}


async def clocks_of(connection: asyncpg.Connection) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await connection.fetch("select * from clock order by code")
    return rows


async def told(connection: asyncpg.Connection) -> list[dict[str, Any]]:
    """The facts that wait in the outbox."""
    rows = await connection.fetch("select body from outbox order by position")
    return [orjson.loads(row["body"]) for row in rows]


async def rebuilt_tables(connection: asyncpg.Connection) -> dict[str, list[str]]:
    """Everything that follows from the stream, row by row."""
    tables = [
        table.name
        for table in METADATA.sorted_tables
        if table.info.get(REBUILT) and table.name not in KERNEL
    ]
    return {
        name: [row[0] for row in await connection.fetch(f"select t::text from {name} t order by 1")]
        for name in tables
    }
