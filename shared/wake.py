"""Tells the relay that facts wait, without making the business transaction pay for it."""

import asyncio
import contextlib

import asyncpg
import structlog

PAUSE_SECONDS = 0.004
CHANNEL = "outbox"
log = structlog.get_logger()


class Waker:
    """At most one NOTIFY per few milliseconds, on a connection of its own.

    A NOTIFY inside the business transaction serialises all commits; the relay's own slow poll
    stays as the net for whatever this misses.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._pending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection | None = None

    def wake(self) -> None:
        """Say that a transaction has been committed; returns at once."""
        self._pending.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="outbox-waker")

    async def close(self) -> None:
        """Send what is pending, so that the last facts of a process do not wait for the poll."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            # Once more than needed, at most: the cancelled task may have been half-way through.
            await self._notify()
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _run(self) -> None:
        while True:
            await self._pending.wait()
            await self._notify()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _notify(self) -> None:
        self._pending.clear()
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(
                    self._url, timeout=2, server_settings={"synchronous_commit": "off"}
                )
            await self._connection.execute(f"notify {CHANNEL}", timeout=2)
        except (
            OSError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,  # A restarting server brings this up too.
        ) as failure:
            if self._connection is not None:
                self._connection.terminate()
            self._connection = None
            log.debug("relay not woken, its poll will find the facts", error=repr(failure))
