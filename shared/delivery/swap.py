"""The second set of tables that a rebuild fills, and the moment it takes the first one's place."""

import asyncio
from collections.abc import Sequence

import asyncpg
from sqlalchemy import MetaData, Table
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.ddl import CheckFirst

from shared.tables import REBUILT

SCHEMA = "rebuild"
FORMER = "rebuild_former"
SEARCH_PATH = f"{SCHEMA}, public"

OUTBOX_WAITS = "select exists(select from public.outbox)"
OUTBOX_LOOKS_MAX = 50
OUTBOX_LOOK_SECONDS = 0.01

SHAPE = """
    select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end as line
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = $1::text::regnamespace and c.relname = any($2) and a.attnum > 0
        and not a.attisdropped
    union all
    select 'constraint ' || c.relname || '.' || k.conname || ' '
        || replace(pg_get_constraintdef(k.oid), $1 || '.', '')
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = $1::text::regnamespace and c.relname = any($2) and k.contype <> 'n'
    union all
    select 'index ' || replace(i.indexdef, $1 || '.', '')
    from pg_indexes i where i.schemaname = $1 and i.tablename = any($2)
    union all
    select 'trigger ' || c.relname || '.' || t.tgname
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = $1::text::regnamespace and c.relname = any($2) and not t.tgisinternal
"""


class ShapeDiffers(RuntimeError):
    """The live tables are not what the service's metadata says; migrate first."""


def rebuilt_tables(metadata: MetaData) -> list[Table]:
    """The tables that follow from the stream alone."""
    return [table for table in metadata.sorted_tables if table.info.get(REBUILT)]


async def prepare(
    database_url: str, connection: asyncpg.Connection, metadata: MetaData
) -> list[str]:
    """Make the empty second set, beside an outbox that nobody reads; the names to swap."""
    await connection.execute(f"drop schema if exists {SCHEMA} cascade")
    await connection.execute(f"create schema {SCHEMA}")
    tables = rebuilt_tables(metadata)
    names = [table.name for table in tables]
    outbox = [metadata.tables["outbox"]] if "outbox" in metadata.tables else []
    await _create(database_url, metadata, [*tables, *outbox])
    live = {row["line"] for row in await connection.fetch(SHAPE, "public", names)}
    made = {row["line"] for row in await connection.fetch(SHAPE, SCHEMA, names)}
    if live != made:
        raise ShapeDiffers(f"only live: {sorted(live - made)}; only made: {sorted(made - live)}")
    for table in metadata.tables.values():
        if table.name not in {*names, "outbox", "discarded"}:
            await _shield(connection, table.name)
    return names


async def _shield(connection: asyncpg.Connection, name: str) -> None:
    """Let handlers read a table that is not rebuilt, and drop what they write there.

    History must not be played into live rows a second time.
    """
    view = f'create view {SCHEMA}."{name}" as select * from public."{name}"'  # noqa: S608 - our own names
    await connection.execute(view)
    for action in ("insert", "update", "delete"):
        await connection.execute(
            f'create rule no_{action} as on {action} to {SCHEMA}."{name}" do instead nothing'
        )


async def _create(database_url: str, metadata: MetaData, tables: Sequence[Table]) -> None:
    engine = create_async_engine(
        database_url.replace("postgresql://", "postgresql+asyncpg://", 1),
        poolclass=NullPool,
        connect_args={"server_settings": {"search_path": SEARCH_PATH}},
    )
    async with engine.begin() as connection:
        # Types and sequences live on in public; only tables are made a second time.
        await connection.run_sync(
            lambda sync: metadata.create_all(
                sync, tables=tables, checkfirst=CheckFirst.TYPES | CheckFirst.SEQUENCES
            )
        )
    await engine.dispose()


async def lock_tables(connection: asyncpg.Connection, names: Sequence[str]) -> None:
    """Keep everybody out of the live tables until the transaction ends, in one fixed order."""
    for name in sorted(names):
        await connection.execute(f'lock table public."{name}" in access exclusive mode')


async def wait_for_outbox(connection: asyncpg.Connection) -> bool:
    """Let the relay finish, then keep new facts out until the transaction ends.

    Tells whether all earlier ones are in the stream. To be called behind `lock_tables`, which
    holds up those who would tell more.
    """
    for _ in range(OUTBOX_LOOKS_MAX):
        if not await connection.fetchval(OUTBOX_WAITS):
            break
        await asyncio.sleep(OUTBOX_LOOK_SECONDS)
    await connection.execute("lock table public.outbox in share mode")
    return not await connection.fetchval(OUTBOX_WAITS)


async def forget_kinds(connection: asyncpg.Connection, kinds: Sequence[str]) -> None:
    """Leave out the places of facts that only a rebuild reads: the service's own."""
    for kind in kinds:
        await connection.execute(
            "delete from rebuild.applied where starts_with(aggregate, $1)", f"{kind}/"
        )


async def swap(connection: asyncpg.Connection, names: Sequence[str]) -> None:
    """Let the second set take the first one's place; fails if anything else depends on that one."""
    await connection.execute(f"drop schema if exists {FORMER} cascade")
    await connection.execute(f"create schema {FORMER}")
    for name in names:
        await connection.execute(f'alter table public."{name}" set schema {FORMER}')
        await connection.execute(f'alter table {SCHEMA}."{name}" set schema public')
    former = ", ".join(f'{FORMER}."{name}"' for name in names)
    await connection.execute(f"drop table {former} restrict")
    await connection.execute(f"drop schema {FORMER} restrict")
    await connection.execute(f"drop schema {SCHEMA} cascade")


async def count(connection: asyncpg.Connection, names: Sequence[str]) -> dict[str, int]:
    """Rows in each table of the second set."""
    rows = {}
    for name in names:
        statement = f'select count(*) from {SCHEMA}."{name}"'  # noqa: S608 - our own table names
        rows[name] = await connection.fetchval(statement)
    return rows
