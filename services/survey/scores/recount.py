"""Counts all answers afresh and lays the result beside what was counted as they came."""

from typing import Final, NamedTuple

import asyncpg

from services.survey.scores.folding import folded

TABLES: Final = folded("standing = 'counted'")


class Difference(NamedTuple):
    """A row that stands on one side only."""

    table: str
    counted: bool
    """Whether it is among the counted ones, or among those that should have been."""
    row: tuple[object, ...]


async def differences(connection: asyncpg.Connection) -> list[Difference]:
    """What the incremental counts and a recount do not agree on; no answer is taken meanwhile."""
    async with connection.transaction():
        await connection.execute("lock table answer in share mode")
        found = []
        for table, afresh in TABLES.items():
            query = f"""
                with counted as (select * from {table}), afresh as ({afresh})
                (select true, c.* from (select * from counted except select * from afresh) as c)
                union all
                (select false, a.* from (select * from afresh except select * from counted) as a)
            """  # noqa: S608 (only constants)
            rows = await connection.fetch(query)
            found += [Difference(table, row[0], tuple(row)[1:]) for row in rows]
        return found


async def repair(connection: asyncpg.Connection) -> None:
    """Put the recount in place of what was counted; no answer is taken meanwhile."""
    async with connection.transaction():
        await connection.execute("lock table answer in share mode")
        for table, afresh in TABLES.items():
            await connection.execute(f"delete from {table}")  # noqa: S608 (only constants)
            await connection.execute(f"insert into {table} {afresh}")
