"""Where a delivery test takes place: one database, one stream, and the tasks that run in it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
from nats.aio.client import Client
from nats.js import JetStreamContext
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.testing import Servers
from shared.delivery import Handlers, broker
from shared.delivery.breaker import Breaker
from shared.delivery.consumer import Consumer
from shared.delivery.rebuild import RebuildReport, rebuild
from shared.delivery.reconcile import Difference, Listener, Owner, reconcile
from shared.delivery.relay import Relay
from shared.events import Envelope, Event, seal
from tests.databases import COPIED, address
from tests.shared.delivery.service import EARLY, METADATA, SERVICE, Trial
from tests.waiting import until

STREAM_BYTES_MAX = 64 * 2**20
STATE = ("clock", "entry", "counter", "applied")


@dataclass
class World:
    """One test's surroundings."""

    servers: Servers
    url: str
    name: str
    client: Client
    trial: Trial = field(default_factory=Trial)
    root: str = ""

    @property
    def js(self) -> JetStreamContext:
        return broker.jetstream(self.client)

    async def declare(self) -> None:
        await broker.declare_stream(self.js, STREAM_BYTES_MAX, name=self.name, root=self.name)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        async with self.connection() as connection:
            return list(await connection.fetch(statement, *arguments))

    async def value(self, statement: str, *arguments: Any) -> Any:
        async with self.connection() as connection:
            return await connection.fetchval(statement, *arguments)

    def seal(self, identity: str, sequence: int, event: Event) -> Envelope[Event]:
        """A fact with the id and time that its place gives it, so that runs can be compared."""
        sealed = seal(
            event, source=SERVICE, aggregate_id=identity, sequence=sequence, agency="H20.30.1"
        )
        at = EARLY + timedelta(seconds=sequence)
        return Envelope(
            sealed.id, sealed.source, identity, sequence, sealed.agency, at, sealed.data
        )

    def subject(self, envelope: Envelope[Event]) -> str:
        return (self.root or self.name) + envelope.subject.removeprefix("events")

    async def publish(self, *envelopes: Envelope[Event]) -> None:
        """Put facts into the stream, past the outbox."""
        for envelope in envelopes:
            await self.publish_raw(self.subject(envelope), envelope.encode(), envelope.id)

    async def publish_raw(self, subject: str, body: bytes, event_id: str) -> None:
        await self.js.publish(subject, body, headers={"Nats-Msg-Id": event_id})

    async def record(self, *envelopes: Envelope[Event]) -> None:
        """Tell facts as an owner does: outbox and its own row in one transaction."""
        async with self.connection() as connection, connection.transaction():
            await self.record_on(connection, envelopes)

    async def record_on(
        self, connection: asyncpg.Connection, envelopes: Iterable[Envelope[Event]]
    ) -> None:
        for envelope in envelopes:
            await connection.execute(
                """
                insert into life values ($1, $2)
                on conflict (id) do update set sequence = excluded.sequence
                """,
                envelope.aggregate_id,
                envelope.sequence,
            )
            await connection.execute(
                "insert into outbox (id, subject, body) values ($1, $2, $3)",
                envelope.id,
                self.subject(envelope),
                envelope.encode(),
            )

    def relay(self) -> Relay:
        return Relay(self.url, SERVICE, self.client, declare=self.declare)

    def consumer(self, *, batch_max: int = 500, heads_max: int = 100) -> Consumer:
        return Consumer(
            self.url,
            SERVICE,
            self.client,
            self.trial.handlers,
            stream=self.name,
            root=self.name,
            batch_max=batch_max,
            breaker=Breaker(heads_max),
        )

    @asynccontextmanager
    async def running(self, *tasks: Relay | Consumer) -> AsyncIterator[None]:
        """Run relays and consumers beside the test; what kills one fails the test."""
        started = [asyncio.create_task(task.run()) for task in tasks]
        try:
            yield
        finally:
            for task in tasks:
                task.stop()
            await asyncio.gather(*started)

    async def until_true(self, statement: str, *arguments: Any, seconds: float = 10) -> None:
        """Wait for the database to say yes."""

        async def held() -> bool:
            return bool(await self.value(statement, *arguments))

        await until(held, seconds=seconds, what=f"{statement} {arguments}")

    async def until_applied(self, events: int, *, seconds: float = 10) -> None:
        await self.until_true("select count(*) = $1 from entry", events, seconds=seconds)

    async def until_reached(self, *, seconds: float = 10) -> None:
        """Wait until the consumer is at the end of the stream."""
        last = (await self.js.stream_info(self.name)).state.last_seq
        await self.until_true(
            "select position = $1 from reached where stream = $2", last, self.name, seconds=seconds
        )

    async def state(self, *, tables: Iterable[str] = STATE) -> dict[str, list[str]]:
        """Everything the consumer knows, row by row, as PostgreSQL writes it."""
        return {
            table: [row[0] for row in await self.fetch(f"select t::text from {table} t order by 1")]
            for table in tables
        }

    async def rebuild(self, own: Handlers | None = None) -> RebuildReport:
        return await rebuild(
            self.url,
            METADATA,
            self.trial.handlers,
            rebuild_handlers=self.trial.own if own is None else own,
            service=SERVICE,
            client=self.client,
            stream=self.name,
            root=self.name,
        )

    async def reconcile(self) -> list[Difference]:
        return await reconcile(
            [Owner(SERVICE, self.url, METADATA)],
            [Listener(SERVICE, self.url, self.trial.handlers)],
        )


@asynccontextmanager
async def world_on(servers: Servers, name: str) -> AsyncIterator[World]:
    """Make a world on running servers, and clear it away."""
    admin = await asyncpg.connect(servers.admin_url)
    await admin.execute(f"create database {name} {COPIED}")
    url = address(servers.admin_url, name)
    await make_tables(url)
    client = await broker.connect(servers.nats_url)
    world = World(servers, url, name, client)
    await world.declare()
    try:
        yield world
    finally:
        # A test may have stopped the broker; the client comes back a moment after it.
        await until(lambda: client.is_connected, seconds=20, what="the broker is back")
        await world.js.delete_stream(name)
        await client.close()
        if admin.is_closed():
            admin = await asyncpg.connect(servers.admin_url)
        await admin.execute(f"drop database {name} with (force)")
        await admin.close()


async def make_tables(url: str) -> None:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await engine.dispose()
