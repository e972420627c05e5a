"""Carries facts from the outbox to the stream, oldest first, and forgets them once stored."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

import asyncpg
import structlog
from nats.aio.client import Client

from shared.delivery import measures
from shared.delivery.connections import AWAY, Lock, Pause, Standing, connect, try_lock
from shared.delivery.publisher import Publisher, Row
from shared.wake import CHANNEL

BATCH_MAX = 500
POLL_SECONDS = 1.0
STANDBY_SECONDS = 1.0
FLOOR_AGE_SECONDS = 60.0
FULL_SCAN_SECONDS = 30.0

HEAD = """
    select position, id, subject, body from outbox
    where position > $1 order by position limit $2
"""
# By the positions that were stored, never up to a position: a lower one can commit later.
FORGET = "delete from outbox where position = any($1::bigint[])"
log = structlog.get_logger()


class Floor:
    """Below it the outbox is known to be empty, so that the scan skips dead index entries.

    They cannot be vacuumed while a snapshot is held. A transaction may commit late below the
    floor, so every now and then a scan starts from the very beginning.
    """

    def __init__(self) -> None:
        self._deleted: deque[tuple[float, int]] = deque()
        self._highest = self._floor = 0
        self._scanned_at = 0.0

    def start(self, now: float) -> int:
        """The position after which to look."""
        while self._deleted and now - self._deleted[0][0] > FLOOR_AGE_SECONDS:
            self._floor = self._deleted.popleft()[1]
        if now - self._scanned_at >= FULL_SCAN_SECONDS:
            self._scanned_at = now
            return 0
        return self._floor

    def note(self, positions: Sequence[int], now: float) -> None:
        """Remember what was deleted, one entry a second."""
        self._highest = max(self._highest, *positions)
        if self._deleted and now - self._deleted[-1][0] < 1:
            return
        self._deleted.append((now, self._highest))


class Relay:
    """One service's relay; of several only the one that holds the lock works."""

    def __init__(
        self,
        database_url: str,
        service: str,
        client: Client,
        *,
        declare: Callable[[], Awaitable[None]] | None = None,
        publisher: Callable[[Client], Publisher] = Publisher,
    ) -> None:
        self._url = database_url
        self._service = service
        self._client = client
        self._declare = declare
        self._make_publisher = publisher
        self._wake = asyncio.Event()
        self._stopping = False
        self.standing = Standing.AWAY

    def stop(self) -> None:
        """Finish the batch at hand and return from `run`."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Relay until stopped; waits out whatever is away."""
        pause = Pause(0.2, 2)
        while not self._stopping:
            try:
                await self._session(pause)
            except AWAY as trouble:
                log.warning("relay starts again", error=repr(trouble))
                await pause.wait()
            finally:
                self._stand(Standing.AWAY)

    async def _session(self, pause: Pause) -> None:
        publisher = self._make_publisher(self._client)
        async with connect(
            self._url, idle_in_transaction_session_timeout="30000", statement_timeout="30000"
        ) as connection:
            await connection.add_listener(CHANNEL, self._heard)
            connection.add_termination_listener(lambda _: self._wake.set())
            self._stand(Standing.STANDBY)
            while not await try_lock(connection, self._service, Lock.RELAY):
                await asyncio.sleep(STANDBY_SECONDS)
                if self._stopping:
                    return
            if self._declare is not None:
                await self._declare()
            await publisher.open()
            self._stand(Standing.ACTIVE)
            pause.reset()
            try:
                await self._relay(connection, publisher)
            finally:
                await publisher.close()

    async def _relay(self, connection: asyncpg.Connection, publisher: Publisher) -> None:
        floor, pause = Floor(), Pause(0.1, 2)
        while not self._stopping:
            self._wake.clear()
            rows: Sequence[Row] = await connection.fetch(HEAD, floor.start(monotonic()), BATCH_MAX)
            if not rows:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._wake.wait()
                continue
            acked = await publisher.all(rows)
            if acked:
                # On the connection that holds the lock: who lost it cannot delete.
                await connection.execute(FORGET, acked)
                floor.note(acked, monotonic())
            self._count(len(rows), len(acked))
            if len(acked) == len(rows):
                pause.reset()
                continue
            log.warning("facts wait", sent=len(rows), stored=len(acked), error=publisher.error)
            await pause.wait()
            if not acked and self._declare is not None:
                await self._declare()

    def _heard(self, *_: object) -> None:
        self._wake.set()

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        measures.ACTIVE.labels("relay").set(standing is Standing.ACTIVE)

    def _count(self, sent: int, stored: int) -> None:
        measures.PUBLISHED.inc(stored)
        measures.PUBLISH_BATCHES.labels("stored" if stored == sent else "short").inc()
