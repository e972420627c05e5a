"""The stream keeps everything, and a consumer notices when it is another one."""

import pytest
from nats.js.api import DiscardPolicy, StoreCompression
from nats.js.errors import APIError

from shared.delivery import broker, measures
from tests.shared.delivery.service import step
from tests.shared.delivery.world import World


def alarms(name: str) -> float:
    counted: float = measures.ALARMS.labels(name)._value.get()
    return counted


async def test_the_stream_refuses_new_facts_rather_than_lose_old_ones(world: World) -> None:
    config = (await world.js.stream_info(world.name)).config
    assert config.discard == DiscardPolicy.NEW
    assert config.compression == StoreCompression.S2
    assert not config.max_age
    assert config.duplicate_window == 120
    assert config.allow_direct
    await world.publish(world.seal("d1", 1, step()))
    with pytest.raises(APIError):
        await world.js.delete_msg(world.name, 1)
    with pytest.raises(APIError):
        await world.js.purge_stream(world.name)


async def test_declaring_again_changes_the_settings_and_keeps_the_facts(world: World) -> None:
    await world.publish(world.seal("d1", 1, step()))
    await broker.declare_stream(world.js, 123_456_789, name=world.name, root=world.name)
    info = await world.js.stream_info(world.name)
    assert info.config.max_bytes == 123_456_789
    assert info.state.messages == 1


async def test_a_stream_made_anew_and_longer_than_before_is_noticed(world: World) -> None:
    old = [world.seal("d1", n, step(f"step {n}")) for n in range(1, 31)]
    new = [world.seal("d2", n, step(f"step {n}")) for n in range(1, 51)]
    await world.publish(*old)
    async with world.running(world.consumer()):
        await world.until_applied(30)
    await world.js.delete_stream(world.name)
    await world.declare()
    await world.publish(*old, *new)
    # The old position's message is another one now.
    await world.fetch("update reached set position = position + 5")
    before = alarms("stream is not the one read so far")
    async with world.running(world.consumer()):
        await world.until_applied(80)
    assert alarms("stream is not the one read so far") == before + 1
    assert await world.value("select count(*) from parked") == 0


async def test_a_stream_made_anew_and_shorter_than_before_is_noticed(world: World) -> None:
    old = [world.seal("d1", n, step(f"step {n}")) for n in range(1, 31)]
    await world.publish(*old)
    async with world.running(world.consumer()):
        await world.until_applied(30)
        await world.js.delete_stream(world.name)
        await world.declare()
        await world.publish(old[-1], world.seal("d1", 31, step("step 31")))
        await world.until_applied(31)


async def test_events_removed_unread_are_an_alarm(world: World) -> None:
    await world.js.delete_stream(world.name)
    await world.declare()
    config = (await world.js.stream_info(world.name)).config
    await world.js.delete_stream(world.name)
    await world.js.add_stream(config.evolve(first_seq=10))
    before = alarms("events removed that were never read")
    await world.publish(world.seal("d1", 1, step()))
    async with world.running(world.consumer()):
        await world.until_applied(1)
    assert alarms("events removed that were never read") == before + 1
