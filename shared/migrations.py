"""Runs a service's migrations, and tells whether they match its tables."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, pool
from sqlalchemy.ext.asyncio import create_async_engine

LOCK_TIMEOUT = "4s"
"""A migration that cannot get its lock fails and is tried again, it does not stop the service."""


def config(scripts: Path, database_url: str) -> Config:
    """Point alembic at a service's migrations and database."""
    settings = Config()
    settings.set_main_option("script_location", str(scripts))
    settings.attributes["database_url"] = database_url
    return settings


def upgrade(scripts: Path, database_url: str) -> None:
    """Bring a database up to date; a no-op when it is."""
    command.upgrade(config(scripts, database_url), "head")


def run_environment(metadata: MetaData) -> None:
    """Be a service's `env.py`: connect, bound the locks, migrate."""
    url = str(context.config.attributes["database_url"])
    asyncio.run(_run(metadata, url))


async def _run(metadata: MetaData, url: str) -> None:
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        poolclass=pool.NullPool,
        connect_args={"server_settings": {"lock_timeout": LOCK_TIMEOUT}},
    )
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, metadata)
        await connection.commit()
    await engine.dispose()


def _migrate(connection: Connection, metadata: MetaData) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


def differences(connection: Connection, metadata: MetaData) -> Sequence[Any]:
    """Tell what a migrated database lacks of its tables, or has beyond them."""
    migrated = MigrationContext.configure(connection, opts={"compare_type": True})
    found: Sequence[Any] = compare_metadata(migrated, metadata)
    return found
