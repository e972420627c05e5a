"""Proves that nothing is lost: what owners told is what consumers applied, and nothing waits."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg
from sqlalchemy import MetaData, Table

from shared.delivery.connections import connect
from shared.delivery.handlers import Dispatch, Handlers
from shared.tables import AGGREGATE

AGGREGATE_KEY = "aggregate_key"
"""Key in a table's `info`: the column that is the aggregate's id, where it is not the key."""

MISSING = "an earlier event is missing"
DIFFERENCES_MAX = 1000
PREFETCHED_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Owner:
    """A service that tells facts."""

    service: str
    database_url: str
    metadata: MetaData


@dataclass(frozen=True, slots=True)
class Listener:
    """A service that applies them."""

    service: str
    database_url: str
    handlers: Handlers


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree; `aggregate` is empty where it is about a whole service."""

    service: str
    what: str
    aggregate: str = ""
    told: int | None = None
    applied: int | None = None


async def reconcile(owners: Sequence[Owner], listeners: Sequence[Listener]) -> list[Difference]:
    """Everything that differs, up to a bound; empty when all is applied everywhere.

    Facts under way count as differences: ask again when the system rests.
    """
    differences: list[Difference] = []
    for owner in owners:
        differences += await _outbox(owner)
    for listener in listeners:
        differences += await _parked(listener)
    for owner in owners:
        for kind, tables in _kinds(owner).items():
            for listener in listeners:
                if kind not in Dispatch(listener.handlers).kinds:
                    continue
                async for difference in _compare(owner, tables, kind, listener):
                    differences.append(difference)
                    if len(differences) >= DIFFERENCES_MAX:
                        return differences
    return differences


def _kinds(owner: Owner) -> dict[str, list[Table]]:
    """The tables whose rows tell facts, by kind; one kind may have several."""
    kinds: dict[str, list[Table]] = {}
    for table in owner.metadata.sorted_tables:
        if AGGREGATE in table.info:
            kinds.setdefault(table.info[AGGREGATE], []).append(table)
    return kinds


async def _outbox(owner: Owner) -> list[Difference]:
    if "outbox" not in owner.metadata.tables:
        return []
    async with connect(owner.database_url) as connection:
        waiting = await connection.fetchval("select count(*) from outbox")
    return [Difference(owner.service, f"{waiting} facts wait in the outbox")] if waiting else []


async def _parked(listener: Listener) -> list[Difference]:
    async with connect(listener.database_url) as connection:
        rows = await connection.fetch(
            """
            select a.aggregate, a.last_sequence, a.parked, p.state, p.error
            from applied a left join lateral (
                select state, error from parked p where p.aggregate = a.aggregate
                order by sequence limit 1
            ) p on true
            where a.parked > 0 order by a.aggregate limit $1
            """,
            DIFFERENCES_MAX,
        )
    return [
        Difference(
            listener.service,
            f"{row['parked']} parked ({row['state']}): {row['error'] or MISSING}",
            row["aggregate"],
            applied=row["last_sequence"],
        )
        for row in rows
    ]


async def _compare(
    owner: Owner, tables: Sequence[Table], kind: str, listener: Listener
) -> AsyncIterator[Difference]:
    """Walk both sides in the same order, so that memory does not grow with them."""
    async with AsyncExitStack() as stack:
        told = await _cursor(stack, owner.database_url, _told(tables))
        applied = await _cursor(stack, listener.database_url, APPLIED, f"{kind}/", f"{kind}0")
        async for name, left, right in _merge(told, applied):
            if left != right:
                yield Difference(
                    listener.service,
                    f"{owner.service} told {left or 0}, applied {right or 0}",
                    f"{kind}/{name}",
                    left,
                    right,
                )


APPLIED = """
    select substr(aggregate, length($1) + 1) as name, last_sequence as sequence from applied
    where aggregate collate "C" >= $1 and aggregate collate "C" < $2 and last_sequence > 0
    order by aggregate collate "C"
"""


def _told(tables: Sequence[Table]) -> str:
    parts = []
    for table in tables:
        key = table.info.get(AGGREGATE_KEY) or next(iter(table.primary_key.columns)).name
        parts.append(
            f'select "{key}"::text collate "C" as name, sequence '  # noqa: S608 - our own names
            f'from "{table.name}" where sequence > 0'
        )
    return " union all ".join(parts) + " order by name"


Line = tuple[str, int]


async def _cursor(
    stack: AsyncExitStack, database_url: str, statement: str, *arguments: str
) -> AsyncIterator[Line]:
    connection: asyncpg.Connection = await stack.enter_async_context(connect(database_url))
    await stack.enter_async_context(
        connection.transaction(isolation="repeatable_read", readonly=True)
    )

    async def lines() -> AsyncIterator[Line]:
        async for row in connection.cursor(statement, *arguments, prefetch=PREFETCHED_ROWS):
            yield row["name"], row["sequence"]

    return lines()


async def _merge(
    told: AsyncIterator[Line], applied: AsyncIterator[Line]
) -> AsyncIterator[tuple[str, int | None, int | None]]:
    left, right = await anext(told, None), await anext(applied, None)
    while left is not None or right is not None:
        name = min(line[0] for line in (left, right) if line is not None)
        here, there = _sequence(left, name), _sequence(right, name)
        yield name, here, there
        left = left if here is None else await anext(told, None)
        right = right if there is None else await anext(applied, None)


def _sequence(line: Line | None, name: str) -> int | None:
    return line[1] if line is not None and line[0] == name else None
