"""Builds everything a consumer knows anew from the stream, and swaps it in under load."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

import asyncpg
import nats.errors
import structlog
from nats.aio.client import Client
from sqlalchemy import MetaData

from shared.delivery import swap
from shared.delivery.applying import Applier, Reached
from shared.delivery.breaker import Breaker
from shared.delivery.broker import STREAM
from shared.delivery.connections import Lock, Pause, connect, hold, try_lock
from shared.delivery.handlers import Dispatch, Handlers
from shared.delivery.incoming import UNREADABLE
from shared.delivery.opening import open_puller
from shared.delivery.puller import Puller, PullerDead
from shared.events import SUBJECT_ROOT
from shared.tables import AGGREGATE

BATCH_MAX = 2000
NEAR_EVENTS = 200
"""So near to the end of the stream the rest is applied while everybody is kept out."""

SWAPS_TRIED_MAX = 30
SWAP_SECONDS_MAX = 5.0
OPENED_MAX = 100
DRAIN_ROUNDS_MAX = 20
TICK_SECONDS = 1.0
# Shorter than PostgreSQL's deadlock_timeout, so that in a deadlock it is the swap that gives way.
LOCK_TIMEOUT = "500ms"
# Statements of a rebuild (counts, the swap) may run over large tables.
STATEMENT_SECONDS_MAX = 3600.0
HELD = "select aggregate from applied where parked > 0 order by aggregate"
log = structlog.get_logger()


class RebuildFailed(RuntimeError):
    """The rebuilt tables must not go live; the live ones are untouched."""


class _NotNow(Exception):
    """The swap has to wait for a better moment."""


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did: rows by table when the swap began, and what could not be applied."""

    events: int
    seconds: float
    rows: Mapping[str, int]
    parked: int


async def rebuild(
    database_url: str,
    metadata: MetaData,
    handlers: Handlers,
    *,
    service: str,
    client: Client,
    rebuild_handlers: Handlers | None = None,
    stream: str = STREAM,
    root: str = SUBJECT_ROOT,
    batch_max: int = BATCH_MAX,
) -> RebuildReport:
    """Rebuild a service's tables marked REBUILT; the live worker goes on and notices the swap.

    `rebuild_handlers` read the service's own facts back. Raises RebuildFailed or ShapeDiffers.
    """
    async with connect(
        database_url,
        statement_seconds_max=STATEMENT_SECONDS_MAX,
        search_path=swap.SEARCH_PATH,
        synchronous_commit="off",
    ) as connection:
        if not await try_lock(connection, service, Lock.REBUILD):
            raise RebuildFailed("another rebuild of this service is running")
        dispatch = Dispatch({**handlers, **(rebuild_handlers or {})})
        own = dispatch.kinds - Dispatch(handlers).kinds
        await _refuse_what_would_be_lost(connection, metadata, dispatch)
        names = await swap.prepare(database_url, connection, metadata)
        rebuilding = _Rebuilding(
            connection,
            client,
            dispatch,
            service=service,
            stream=stream,
            root=root,
            batch_max=batch_max,
            names=names,
            own=sorted(own),
        )
        try:
            return await rebuilding.run()
        finally:
            await rebuilding.close()


async def _refuse_what_would_be_lost(
    connection: asyncpg.Connection, metadata: MetaData, dispatch: Dispatch
) -> None:
    """A place or a number that is not made anew would begin at nothing after the swap."""
    rows = await connection.fetch("select distinct split_part(aggregate, '/', 1) from applied")
    places = {row[0] for row in rows} - {UNREADABLE}
    numbers = {
        table.info[AGGREGATE] for table in swap.rebuilt_tables(metadata) if AGGREGATE in table.info
    }
    if lost := (places | numbers) - dispatch.kinds:
        raise RebuildFailed(f"no handler reads {sorted(lost)} back; give all of them")


class _Rebuilding:
    def __init__(
        self,
        connection: asyncpg.Connection,
        client: Client,
        dispatch: Dispatch,
        *,
        service: str,
        stream: str,
        root: str,
        batch_max: int,
        names: list[str],
        own: list[str],
    ) -> None:
        self._connection = connection
        self._client = client
        self._service = service
        self._stream = stream
        self._subjects = dispatch.subjects(root)
        self._batch_max = batch_max
        self._names = names
        self._own = own
        self._applier = Applier(dispatch, service=service, stream=stream, lock=Lock.REBUILDING)
        self._breaker = Breaker()
        self._puller: Puller | None = None
        self._reached = Reached(0, None)
        self._ticked_at = monotonic()
        self._events = 0

    async def run(self) -> RebuildReport:
        started = monotonic()
        for _ in range(SWAPS_TRIED_MAX):
            await self._fill(NEAR_EVENTS)
            await self._drain()
            await self._guard()
            rows = await swap.count(self._connection, self._names)
            try:
                async with asyncio.timeout(SWAP_SECONDS_MAX):
                    parked = await self._swap()
            except (_NotNow, TimeoutError, asyncpg.LockNotAvailableError, PullerDead) as why:
                log.info("swap tried again", why=repr(why))
                await self.close()
                await asyncio.sleep(TICK_SECONDS)
                continue
            seconds = monotonic() - started
            log.info("rebuilt", events=self._events, seconds=round(seconds, 1), parked=parked)
            return RebuildReport(self._events, seconds, rows, parked)
        raise RebuildFailed("no moment for the swap was found; the live tables are too busy")

    async def close(self) -> None:
        if self._puller is not None:
            await self._puller.close()
            self._puller = None

    async def _fill(self, left_max: int) -> None:
        """Read until no more than so many events are left."""
        pause = Pause(0.2, 2)
        for _ in range(OPENED_MAX):
            try:
                await self._read(left_max)
            except (PullerDead, nats.errors.Error) as why:
                log.info("rebuild opens again", why=repr(why))
                await self.close()
                await pause.wait()
            else:
                return
        raise RebuildFailed("the broker was lost too often")

    async def _read(self, left_max: int) -> None:
        if self._puller is None:
            self._puller, self._reached = await open_puller(
                self._connection,
                self._client,
                self._stream,
                self._subjects,
                batch_max=self._batch_max,
            )
        while self._puller.pending > left_max or await self._puller.behind() > left_max:
            batch = await self._puller.next(TICK_SECONDS)
            if batch:
                applied = await self._applier.apply(self._connection, self._reached, batch)
                self._reached = applied.reached
                self._events += len(batch)
            if monotonic() - self._ticked_at >= TICK_SECONDS:
                await self._applier.retry(self._connection)
                await self._guard()
                self._ticked_at = monotonic()

    async def _drain(self) -> None:
        """Apply what waited for another owner's facts, which are all there now."""
        for _ in range(DRAIN_ROUNDS_MAX):
            held = await self._connection.fetch(HELD)
            applied = [
                await self._applier.drain(self._connection, row["aggregate"], force=True)
                for row in held
            ]
            if not any(applied):
                return

    async def _guard(self) -> None:
        await self._breaker.look(self._connection)
        if self._breaker.is_open:
            raise RebuildFailed("too many events fail; see the handlers")
        for kind in self._own:
            if await self._connection.fetchval(
                "select exists(select from parked where starts_with(aggregate, $1))", f"{kind}/"
            ):
                raise RebuildFailed(f"own facts ({kind}) cannot be read back")

    async def _swap(self) -> int:
        """Keep everybody out, apply the rest, change places: milliseconds, or not now."""
        async with self._connection.transaction():
            await self._connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
            await self._connection.execute("set local synchronous_commit = on")
            await hold(self._connection, self._service, Lock.APPLYING)
            await swap.lock_tables(self._connection, self._names)
            if self._own and not await swap.wait_for_outbox(self._connection):
                raise _NotNow("own facts wait in the outbox")
            await self._read(0)
            await self._guard()
            await swap.forget_kinds(self._connection, self._own)
            parked = await self._connection.fetchval("select count(*) from parked")
            await swap.swap(self._connection, self._names)
            return int(parked)
