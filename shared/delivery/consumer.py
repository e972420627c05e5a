"""One service's consumer: takes batches of the stream, and tries again what is parked."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import asyncpg
import structlog
from nats.aio.client import Client

from shared.delivery import measures
from shared.delivery.applying import Applier, Moved, Reached
from shared.delivery.breaker import Breaker
from shared.delivery.broker import STREAM
from shared.delivery.connections import AWAY, Lock, Pause, Standing, connect, try_lock
from shared.delivery.handlers import Dispatch, Handlers
from shared.delivery.opening import open_puller
from shared.delivery.puller import Puller, PullerDead
from shared.events import SUBJECT_ROOT

BATCH_MAX = 500
TICK_SECONDS = 1.0
STANDBY_SECONDS = 1.0
log = structlog.get_logger()


class Consumer:
    """Of several for one service only the one that holds the lock works; the rest stand by."""

    def __init__(
        self,
        database_url: str,
        service: str,
        client: Client,
        handlers: Handlers,
        *,
        stream: str = STREAM,
        root: str = SUBJECT_ROOT,
        batch_max: int = BATCH_MAX,
        gather_seconds: float = 0,
        breaker: Breaker | None = None,
        declare: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._url = database_url
        self._service = service
        self._client = client
        self._stream = stream
        self._batch_max = batch_max
        self._gather_seconds = gather_seconds
        self._declare = declare
        self._dispatch = Dispatch(handlers)
        self._subjects = self._dispatch.subjects(root)
        self._applier = Applier(self._dispatch, service=service, stream=stream)
        self._ticked_at = 0.0
        self._stopping = False
        self._puller: Puller | None = None
        self.breaker = breaker or Breaker()
        self.standing = Standing.AWAY

    def stop(self) -> None:
        """Finish the batch at hand and return from `run`, within a tick."""
        self._stopping = True
        if self._puller is not None:
            self._puller.wake()

    async def run(self) -> None:
        """Consume until stopped; waits out whatever is away."""
        pause = Pause(0.2, 2)
        while not self._stopping:
            try:
                await self._session(pause)
            except AWAY as trouble:
                log.warning("consumer starts again", error=repr(trouble))
                await pause.wait()
            finally:
                self._stand(Standing.AWAY)

    async def _session(self, pause: Pause) -> None:
        # The batches and the lock share a connection: who lost the lock cannot commit.
        async with connect(self._url, idle_in_transaction_session_timeout="60000") as connection:
            self._stand(Standing.STANDBY)
            while not await try_lock(connection, self._service, Lock.CONSUMER):
                await asyncio.sleep(STANDBY_SECONDS)
                if self._stopping:
                    return
            self._stand(Standing.ACTIVE)
            if self._declare is not None:
                await self._declare()
            while not self._stopping:
                puller, reached = await open_puller(
                    connection,
                    self._client,
                    self._stream,
                    self._subjects,
                    batch_max=self._batch_max,
                )
                try:
                    await self._consume(connection, puller, reached, pause)
                except (Moved, PullerDead) as why:
                    log.info("consumer opens again", why=repr(why))
                    await pause.wait()
                finally:
                    await puller.close()

    async def _consume(
        self, connection: asyncpg.Connection, puller: Puller, reached: Reached, pause: Pause
    ) -> None:
        self._puller = puller
        while not self._stopping:
            await self._tick(connection)
            if self.breaker.is_open:
                await asyncio.sleep(TICK_SECONDS)
                continue
            batch = await puller.next(TICK_SECONDS)
            pause.reset()
            if not batch:
                continue
            applied = await self._applier.apply(connection, reached, batch)
            reached = applied.reached
            if applied.parked:
                await self.breaker.look(connection)
            if self._gather_seconds and len(batch) < self._batch_max:
                # Nobody waits for this service to the millisecond: let a few more come together,
                # a batch of ten costs little more than a batch of one.
                await asyncio.sleep(self._gather_seconds)

    async def _tick(self, connection: asyncpg.Connection) -> None:
        """Once a second: try again what is due, and count what fails."""
        if monotonic() - self._ticked_at < TICK_SECONDS:
            return
        await self._applier.retry(connection)
        await self.breaker.look(connection)
        self._ticked_at = monotonic()

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        measures.ACTIVE.labels("consumer").set(standing is Standing.ACTIVE)
