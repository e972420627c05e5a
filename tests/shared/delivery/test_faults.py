"""The broker and the database go away and come back under load; nothing is lost or doubled."""

import asyncio
import random
import signal
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import nats.errors
import pytest

from deploy.local.testing import Servers
from deploy.local.testing import servers as local_servers
from shared.delivery import broker
from shared.delivery.connections import AWAY
from tests.shared.delivery.service import step
from tests.shared.delivery.world import World, world_on
from tests.waiting import until

Fault = Callable[[], Awaitable[None]]


@pytest.fixture(scope="module")
async def fragile() -> AsyncIterator[Servers]:
    """Servers of this module's own, which it may stop."""
    with tempfile.TemporaryDirectory(prefix="motcua-faults-") as directory:
        async with local_servers(Path(directory)) as running:
            yield running


@pytest.fixture
async def shaken(fragile: Servers) -> AsyncIterator[World]:
    async with world_on(fragile, f"f{uuid.uuid4().hex[:12]}") as made:
        yield made


class Writer:
    """Tells facts all the time and remembers which were confirmed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.last = dict.fromkeys((f"d{n}" for n in range(20)), 0)
        self.confirmed = 0
        self.refused = 0
        self.stopping = False

    async def run(self) -> None:
        while not self.stopping:
            for dossier in self.last:
                try:
                    await self._tell(dossier)
                except AWAY:
                    self.refused += 1
                    await asyncio.sleep(0.05)

    async def _tell(self, dossier: str) -> None:
        # What was refused may be saved all the same: the number is asked, as an owner's row would.
        known = await self.world.value("select sequence from life where id = $1", dossier)
        self.last[dossier] = (known or 0) + 1
        await self.world.record(self.world.seal(dossier, self.last[dossier], step()))
        self.confirmed += 1


async def survive(world: World, *faults: Fault) -> Writer:
    """Let facts flow, let it happen, and see that in the end all is where it should be."""
    writer = Writer(world)
    async with world.running(world.relay(), world.consumer(batch_max=50)):
        writing = asyncio.create_task(writer.run())
        for fault in faults:
            before = writer.confirmed
            await until(
                lambda before=before: writer.confirmed >= before + 20,  # type: ignore[misc] # mypy cannot infer a lambda's default
                seconds=30,
                what="facts flow",
            )
            await fault()
        writer.stopping = True
        await writing
        await world.until_true("select not exists(select from outbox)", seconds=40)
        told = await world.value("select sum(sequence)::int from life")
        await world.until_applied(told, seconds=40)
    assert told >= writer.confirmed
    assert await world.value("select sum(steps)::int from counter") == told
    assert await world.value("select count(*) from parked") == 0
    assert await world.reconcile() == []
    return writer


async def broker_away(world: World) -> None:
    await world.servers.stop("nats")
    told = await world.value("select count(*) from outbox")
    await world.until_true("select count(*) > $1 from outbox", told + 20)
    await world.servers.start("nats")


async def database_away(world: World) -> None:
    await world.servers.stop("postgres")
    await world.servers.start("postgres")


async def killed(world: World, name: str) -> None:
    pid = world.servers.pids[name]
    world.servers.kill(name)
    await until(
        lambda: world.servers.pids.get(name, pid) != pid, seconds=20, what=f"{name} lives again"
    )


async def test_facts_flow_again_after_the_broker_was_away(shaken: World) -> None:
    writer = await survive(shaken, lambda: broker_away(shaken))
    assert writer.refused == 0


async def test_facts_flow_again_after_the_database_was_away(shaken: World) -> None:
    await survive(shaken, lambda: database_away(shaken))


async def test_facts_flow_again_after_the_broker_was_killed(shaken: World) -> None:
    await survive(shaken, lambda: killed(shaken, "nats"))


async def test_facts_flow_again_after_the_database_was_killed(shaken: World) -> None:
    await survive(shaken, lambda: killed(shaken, "postgres"))


async def test_publishing_while_the_broker_is_away_raises_and_buffers_nothing(
    shaken: World,
) -> None:
    client = await broker.connect(shaken.servers.nats_url)
    await shaken.servers.stop("nats")
    await until(lambda: not client.is_connected, seconds=5, what="the client notices")
    with pytest.raises(nats.errors.OutboundBufferLimitError):
        await client.publish("x", b"")
    await shaken.servers.start("nats")
    await until(lambda: client.is_connected, seconds=10, what="the client is back")
    await client.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_frozen_broker_is_noticed_by_the_relays_own_patience(shaken: World) -> None:
    async def freeze() -> None:
        shaken.servers.kill("nats", signal.SIGSTOP)
        told = await shaken.value("select count(*) from outbox")
        await shaken.until_true("select count(*) > $1 from outbox", told + 300, seconds=60)
        shaken.servers.kill("nats", signal.SIGCONT)

    await survive(shaken, freeze, freeze)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_facts_flow_through_everything_at_random(shaken: World) -> None:
    chance = random.Random(20)
    faults = [
        lambda: broker_away(shaken),
        lambda: database_away(shaken),
        lambda: killed(shaken, "nats"),
        lambda: killed(shaken, "postgres"),
    ]
    await survive(shaken, *(chance.choice(faults) for _ in range(16)))
