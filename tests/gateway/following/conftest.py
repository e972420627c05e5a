"""A broker of the test's own with the stream of events, and a gateway in front of it."""

import asyncio
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import orjson
import pytest
from nats.aio.client import Client

from deploy.local.directory import DataDirectory
from deploy.local.log import Log
from deploy.local.nats import SYNC_RARELY, Nats
from deploy.local.reservation import free_ports
from deploy.local.supervisor import Supervisor
from deploy.local.testing import STORE_BYTES_MAX
from gateway.app import create
from gateway.settings import GatewaySettings
from gateway.webhooks.buckets import Buckets
from gateway.webhooks.dispatcher import Dispatcher
from gateway.webhooks.guard import guard_of
from gateway.webhooks.journal import Journal
from gateway.webhooks.means import Means
from gateway.webhooks.notices import Notices
from gateway.webhooks.sending import Sender
from gateway.webhooks.subscriptions import load_vault
from shared.delivery import broker
from shared.notices import Message, Receipt
from shared.settings import KernelSettings
from tests.gateway.following.receiver import Receiver
from tests.gateway.upstreams import free_url, serving

Caller = Callable[..., Awaitable[httpx.AsyncClient]]


@dataclass
class Stream:
    """The stream of events, and what was told into it."""

    url: str
    client: Client
    supervisor: Supervisor
    numbers: dict[str, int] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)

    async def tell(
        self,
        event_type: str = "dossier.accepted.v1",
        *,
        agency: str = "H20.30",
        subject: str = "H20.30-260302-0001",
        data: dict[str, Any] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Publish a fact as a relay does."""
        self.numbers[subject] = self.numbers.get(subject, 0) + 1
        event = {
            "specversion": "1.0",
            "id": str(uuid.uuid4()),
            "source": "/intake",
            "type": event_type,
            "subject": subject,
            "time": datetime.now(UTC).isoformat(),
            "datacontenttype": "application/json",
            "sequence": self.numbers[subject],
            "agency": agency,
            "data": data or {},
            **more,
        }
        await broker.jetstream(self.client).publish(
            f"events.{event_type.rpartition('.')[0]}.{agency}",
            orjson.dumps(event),
            headers={"Nats-Msg-Id": str(event["id"])},
        )
        self.told.append(event)
        return event

    async def consumers(self, stream: str = broker.STREAM) -> int:
        """How many consumers the stream has."""
        info = await broker.jetstream(self.client).stream_info(stream)
        return info.state.consumer_count


@pytest.fixture(scope="session")
async def own_broker() -> AsyncIterator[tuple[str, Supervisor]]:
    """A broker beside the session's: these tests need the stream of events for themselves."""
    with tempfile.TemporaryDirectory(prefix="motcua-broker-") as directory:
        data = DataDirectory(Path(directory))
        data.create()
        supervisor = Supervisor(Log(data.log))
        with free_ports(("nats", "nats-monitor")) as ports:
            nats = Nats(
                data.nats, ports["nats"], ports["nats-monitor"], STORE_BYTES_MAX, SYNC_RARELY
            )
            try:
                await supervisor.start(nats.process())
                yield nats.url, supervisor
            finally:
                await supervisor.stop()


@pytest.fixture
async def stream(own_broker: tuple[str, Supervisor]) -> AsyncIterator[Stream]:
    """An empty stream, and nobody who follows it."""
    url, supervisor = own_broker
    client = await broker.connect(url, "test")
    js = broker.jetstream(client)
    await broker.declare_stream(js, 10**9)
    yield Stream(url, client, supervisor)
    for one in await js.streams_info():
        await js.delete_stream(str(one.config.name))
    await client.close()


@pytest.fixture
def settings(stream: Stream, keys_dir: Path) -> GatewaySettings:
    """What the gateway and its worker are told."""
    away = free_url()
    return GatewaySettings(
        intake_url=away,
        procedures_url=away,
        sla_url=away,
        survey_url=away,
        budget_scale=1000,
        kernel=KernelSettings(profile="local", keys_dir=keys_dir, nats_url=stream.url),
    )


@pytest.fixture
async def caller(settings: GatewaySettings, token: Callable[..., str]) -> AsyncIterator[Caller]:
    """Ask the gateway as somebody: `await caller("portal", agencies=["H20"])`."""
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(serving(create(settings)))

        async def enter(*roles: str, **claims: Any) -> httpx.AsyncClient:
            headers = {"Authorization": f"Bearer {token(*roles, **claims)}"}
            return await stack.enter_async_context(
                httpx.AsyncClient(base_url=door, headers=headers, timeout=40)
            )

        yield enter


@dataclass
class Hours:
    """A clock on which waiting takes no time: it jumps to where the wait would end."""

    now: datetime = datetime(2026, 3, 2, 1, tzinfo=UTC)

    async def wait(self, _: asyncio.Event, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Mail:
    """A channel that keeps what it is given."""

    sent: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        return Receipt("1")


@dataclass
class Deliveries:
    """The worker's deliveries in this process, on a clock of hours."""

    dispatcher: Dispatcher
    hours: Hours
    mail: Mail


@pytest.fixture
async def deliveries(stream: Stream, settings: GatewaySettings) -> AsyncIterator[Deliveries]:
    """Deliver to whoever subscribes."""
    hours, mail = Hours(), Mail()
    journal = Journal(stream.client)
    await journal.declare()
    sender = Sender(guard_of(settings), seconds_max=0.5)
    means = Means(
        client=stream.client,
        buckets=await Buckets.open(stream.client),
        journal=journal,
        sender=sender,
        notices=Notices({"email": mail}),
        now=lambda: hours.now,
        wait=hours.wait,
        chance=Random(7),
    )
    dispatcher = Dispatcher(means, load_vault(settings.kernel))
    running = asyncio.create_task(dispatcher.run())
    yield Deliveries(dispatcher, hours, mail)
    dispatcher.stop()
    await running
    await sender.close()


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    """A subscriber's server and its address."""
    answering = Receiver()
    async with serving(answering) as url:
        yield answering, f"{url}/events"
