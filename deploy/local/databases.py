"""One database and one role per service; no role may enter another's database."""

from collections.abc import Mapping

import asyncpg


async def create(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create what is missing and set every role's password; can be repeated."""
    connection = await asyncpg.connect(admin_url)
    try:
        for name, password in passwords.items():
            await _create_one(connection, name, password)
    finally:
        await connection.close()


async def _create_one(connection: asyncpg.Connection, name: str, password: str) -> None:
    if not await connection.fetchval("select 1 from pg_roles where rolname = $1", name):
        await _execute(connection, "create role %I login", name)
    await _execute(connection, "alter role %I password %L", name, password)
    if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
        await _execute(connection, "create database %1$I owner %1$I", name)
    await _execute(connection, "revoke all on database %I from public", name)


async def _execute(connection: asyncpg.Connection, statement: str, *values: str) -> None:
    """Run a statement that takes no parameters; the server itself quotes the values into it."""
    text = await connection.fetchval("select format($1, variadic $2::text[])", statement, values)
    await connection.execute(text)
