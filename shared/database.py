"""One database per service; one transaction per request, committed before the answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from shared.wake import Waker

NAMING = {
    "ix": "%(column_0_label)s_idx",
    "uq": "%(table_name)s_%(column_0_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
STATEMENT_SECONDS_MAX = 30
POOL_WAIT_SECONDS_MAX = 5


def metadata() -> MetaData:
    """Start a service's set of tables with the house's constraint names."""
    return MetaData(naming_convention=NAMING)


class Database:
    """A service's connection pool, and the waker that tells its relay about new facts."""

    def __init__(self, url: str, *, connections_max: int = 16) -> None:
        self.url = url
        self.engine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=connections_max,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS_MAX,
            connect_args={
                "timeout": POOL_WAIT_SECONDS_MAX,
                "command_timeout": STATEMENT_SECONDS_MAX,
                "server_settings": {"idle_in_transaction_session_timeout": "30000", "jit": "off"},
            },
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.waker = Waker(url)

    async def close(self) -> None:
        """Tell the relay what is still untold and give every connection back."""
        await self.waker.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Commit when the block ends well, then wake the relay; roll back otherwise."""
        async with self.sessions() as session, session.begin():
            yield session
        self.waker.wake()

    @asynccontextmanager
    async def raw(self) -> AsyncIterator[asyncpg.Connection]:
        """Lend a driver connection of the same pool to a hot path, in one transaction."""
        async with self._lent() as driver, driver.transaction():
            yield driver
        self.waker.wake()

    @asynccontextmanager
    async def statements(self) -> AsyncIterator[asyncpg.Connection]:
        """Lend a driver connection to a hot path whose every statement commits by itself."""
        async with self._lent() as driver:
            yield driver
        self.waker.wake()

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator[asyncpg.Connection]:
        async with self.engine.connect() as connection:
            driver = await driver_of(connection)
            try:
                yield driver
            finally:
                # SQLAlchemy saw no error of the driver's. It would lend again what is dead, or what
                # a cancelled task left in a transaction that nobody would ever commit.
                if driver.is_closed() or driver.is_in_transaction():
                    await connection.invalidate()


async def driver_of(connection: AsyncConnection) -> asyncpg.Connection:
    """Reach the asyncpg connection beneath a pooled one."""
    return cast(Any, (await connection.get_raw_connection()).driver_connection)


def database_of(request: Request) -> Database:
    """Find the service's database."""
    return cast(Database, request.app.state.database)


# A coroutine, or FastAPI would fetch it by a thread.
async def _database(request: Request) -> Database:
    return database_of(request)


async def _transaction(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).transaction() as session:
        yield session


async def _reading(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).sessions() as session:
        yield session


# Function scope: the exit runs before the answer is sent. With FastAPI's default the client would
# get its 201 and only then would the commit run, or fail (FastAPI 0.118 release notes).
Transaction = Annotated[AsyncSession, Depends(_transaction, scope="function")]
Reading = Annotated[AsyncSession, Depends(_reading, scope="function")]
"""A session that only reads: nothing is committed, so no relay is woken."""

Databases = Annotated[Database, Depends(_database)]
