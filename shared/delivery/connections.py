"""The delivery tasks' own database connections: their settings, locks and the errors that pass."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum, StrEnum

import asyncpg
import nats.errors

CONNECT_SECONDS_MAX = 5
STATEMENT_SECONDS_MAX = 30.0
AWAY = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    nats.errors.Error,
)
"""What is met while PostgreSQL or the broker is away; one waits and starts again."""

TRANSIENT_CLASSES = frozenset({"08", "40", "53", "57", "58"})
TRANSIENT_STATES = frozenset({"55P03", "25006", "25P03"})


class Lock(IntEnum):
    """Second half of an advisory lock's key; the first is the service."""

    RELAY = 1
    """Held by the one active relay for as long as its connection lives."""
    APPLYING = 2
    """Held in every transaction that moves a consumer's state."""
    CONSUMER = 3
    """Held by the one active consumer for as long as its connection lives."""
    REBUILD = 4
    """Held by the one rebuild that may run."""
    REBUILDING = 5
    """What APPLYING is to the live tables, to the tables being rebuilt."""


class Standing(StrEnum):
    """Where one of several tasks that do the same work stands."""

    ACTIVE = "active"
    STANDBY = "standby"
    AWAY = "away"


@asynccontextmanager
async def connect(
    url: str, *, statement_seconds_max: float = STATEMENT_SECONDS_MAX, **server_settings: str
) -> AsyncIterator[asyncpg.Connection]:
    """Open a direct connection (no transaction pooler between: it carries session locks)."""
    connection = await asyncpg.connect(
        url,
        timeout=CONNECT_SECONDS_MAX,
        command_timeout=statement_seconds_max,
        server_settings={
            # Without these the lock of a host that vanished lasts until TCP gives up: two hours.
            "tcp_keepalives_idle": "10",
            "tcp_keepalives_interval": "5",
            "tcp_keepalives_count": "3",
            "jit": "off",
            **server_settings,
        },
    )
    try:
        yield connection
    finally:
        await _close(connection)


async def _close(connection: asyncpg.Connection) -> None:
    try:
        await connection.close(timeout=1)
    except AWAY:
        connection.terminate()


async def try_lock(connection: asyncpg.Connection, service: str, lock: Lock) -> bool:
    """Take a session lock if nobody has it.

    Never the blocking form: a waiter holds a snapshot, and vacuum stops for as long as it waits.
    """
    return bool(
        await connection.fetchval(
            "select pg_try_advisory_lock(hashtext($1), $2)", service, int(lock)
        )
    )


async def hold(connection: asyncpg.Connection, service: str, lock: Lock) -> None:
    """Take a lock until the transaction ends; must come before the transaction's first read."""
    await connection.execute("select pg_advisory_xact_lock(hashtext($1), $2)", service, int(lock))


def is_transient(error: BaseException, connection: asyncpg.Connection) -> bool:
    """Tell whether an error says nothing about the event, only about the moment."""
    if connection.is_closed():
        return True
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state[:2] in TRANSIENT_CLASSES or state in TRANSIENT_STATES
    return isinstance(
        error, ConnectionError | TimeoutError | MemoryError | asyncpg.InternalClientError
    )


class Pause:
    """A growing pause between attempts, back to its start after a success."""

    def __init__(self, first_seconds: float, longest_seconds: float) -> None:
        self._first = self._next = first_seconds
        self._longest = longest_seconds

    def reset(self) -> None:
        """Begin small again."""
        self._next = self._first

    async def wait(self) -> None:
        """Sleep, twice as long as the last time."""
        seconds, self._next = self._next, min(self._next * 2, self._longest)
        await asyncio.sleep(seconds)
