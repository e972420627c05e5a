"""Facts leave the outbox for the stream: all of them, oldest first, whoever dies."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from time import monotonic

import pytest

from shared.delivery import broker, relay
from shared.delivery.connections import Standing
from shared.delivery.publisher import Publisher, Row
from shared.delivery.relay import Floor, Relay
from tests.shared.delivery.service import SERVICE, step
from tests.shared.delivery.world import World
from tests.waiting import until


async def stored(world: World) -> list[str]:
    """The ids in the stream, in its order."""
    state = (await world.js.stream_info(world.name)).state
    messages = [
        await world.js.get_msg(world.name, seq=position)
        for position in range(state.first_seq, state.last_seq + 1)
    ]
    return [(message.headers or {})["Nats-Msg-Id"] for message in messages]


async def test_facts_are_published_oldest_first_and_forgotten(world: World) -> None:
    told = [world.seal(f"d{n}", 1, step()) for n in range(1200)]
    await world.record(*told)
    async with world.running(world.relay()):
        await world.until_true("select not exists(select from outbox)")
    assert await stored(world) == [envelope.id for envelope in told]


async def test_a_fact_that_commits_late_behind_others_is_not_lost(world: World) -> None:
    late, early = world.seal("d1", 1, step()), world.seal("d2", 1, step())
    async with world.running(world.relay()), world.connection() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await world.record_on(slow, [late])
        await world.record(early)
        await world.until_true("select not exists(select from outbox)")
        await transaction.commit()
        await world.until_true("select not exists(select from outbox)")
    assert await stored(world) == [early.id, late.id]


async def test_a_fact_that_commits_while_others_are_published_is_not_forgotten_unsent(
    world: World,
) -> None:
    late, early = world.seal("d1", 1, step()), world.seal("d2", 1, step())
    async with world.connection() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await world.record_on(slow, [late])
        await world.record(early)

        class Committing(Publisher):
            async def all(self, rows: Sequence[Row], *, seconds: float = 5) -> list[int]:
                acked = await super().all(rows, seconds=seconds)
                if len(rows) == 1 and not slow_done.is_set():
                    await transaction.commit()
                    slow_done.set()
                return acked

        slow_done = asyncio.Event()
        async with world.running(Relay(world.url, SERVICE, world.client, publisher=Committing)):
            await slow_done.wait()
            await world.until_true("select not exists(select from outbox)")
    assert await stored(world) == [early.id, late.id]


async def test_no_fact_is_lost_or_doubled_when_relays_are_killed_before_they_forget(
    world: World,
) -> None:
    async def live(fate: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.shared.delivery.relay_process",
            world.url, world.servers.nats_url, SERVICE, fate,
        )  # fmt: skip

    async with world.running(world.consumer()):
        for n in range(1, 4):
            await world.record(*(world.seal(f"d{i}", n, step(f"step {n}")) for i in range(10)))
            assert await (await live("dies")).wait() == -signal.SIGKILL
        last = await live("lives")
        await world.until_applied(30)
        await world.until_true("select not exists(select from outbox)")
        last.kill()
        await last.wait()
    assert len(await stored(world)) == 30
    assert await world.reconcile() == []


async def test_a_second_relay_stands_by_and_takes_over(world: World) -> None:
    first, second = world.relay(), world.relay()
    async with world.running(second):
        async with world.running(first):
            await until(
                lambda: {first.standing, second.standing} == {Standing.ACTIVE, Standing.STANDBY},
                seconds=5,
                what="one active, one standby",
            )
        await until(lambda: second.standing is Standing.ACTIVE, seconds=5, what="take-over")
        await world.record(world.seal("d1", 1, step()))
        await world.until_true("select not exists(select from outbox)")


async def test_a_relay_that_lost_its_lock_cannot_forget(world: World) -> None:
    class Fenced(Publisher):
        async def all(self, rows: Sequence[Row], *, seconds: float = 5) -> list[int]:
            acked = await super().all(rows, seconds=seconds)
            if not kicked.is_set():
                kicked.set()
                await world.fetch(
                    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' "
                    "and database = (select oid from pg_database where datname = $1)",
                    world.name,
                )
                assert await world.value("select count(*) from outbox") == 1
            return acked

    kicked = asyncio.Event()
    await world.record(world.seal("d1", 1, step()))
    async with world.running(Relay(world.url, SERVICE, world.client, publisher=Fenced)):
        await kicked.wait()
        await world.until_true("select not exists(select from outbox)")
    assert len(await stored(world)) == 1


async def test_a_waiting_relay_holds_no_snapshot(world: World) -> None:
    first, second = world.relay(), world.relay()
    async with world.running(first, second):
        await until(
            lambda: {first.standing, second.standing} == {Standing.ACTIVE, Standing.STANDBY},
            seconds=5,
            what="one active, one standby",
        )
        held = (
            "select count(*) from pg_stat_activity where datname = $1 and backend_xmin is not null"
        )
        await world.until_true(f"select ({held} and pid <> pg_backend_pid()) = 0", world.name)


async def test_a_full_stream_pushes_back_into_the_outbox(world: World) -> None:
    await broker.declare_stream(world.js, 20_000, name=world.name, root=world.name)
    told = [world.seal(f"d{n}", 1, step("x" * 1000)) for n in range(100)]
    await world.record(*told)
    async with world.running(Relay(world.url, SERVICE, world.client)):
        await world.until_true("select count(*) between 1 and 99 from outbox")
        await world.declare()
        await world.until_true("select not exists(select from outbox)")
    assert len(await stored(world)) == 100


async def test_a_commit_is_published_without_waiting_for_the_poll(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "POLL_SECONDS", 60)
    running = world.relay()
    async with world.running(running):
        await until(lambda: running.standing is Standing.ACTIVE, seconds=5, what="active")
        await world.record(world.seal("d1", 1, step()))
        await world.fetch("notify outbox")
        await world.until_true("select not exists(select from outbox)", seconds=2)


async def test_a_publish_that_raises_takes_no_slot_with_it(world: World) -> None:
    publisher = Publisher(world.client)
    await publisher.open()
    too_large = [{"position": 1, "id": "a", "subject": world.name + ".x", "body": b"x" * 2**21}]
    for _ in range(20):
        assert await publisher.all(too_large) == []
        assert "MaxPayload" in (publisher.error or "")
    good = [
        {"position": n, "id": f"id{n}", "subject": f"{world.name}.x", "body": b"{}"} for n in (7, 8)
    ]
    assert sorted(await publisher.all(good)) == [7, 8]
    await publisher.close()


async def test_an_unanswered_batch_ends_at_its_time(world: World) -> None:
    publisher = Publisher(world.client)
    await publisher.open()
    subscription = await world.client.subscribe("nobody.stores.this")
    row = [{"position": 1, "id": "a", "subject": "nobody.stores.this", "body": b"{}"}]
    assert await publisher.all(row, seconds=0.2) == []
    assert publisher.error == "no answer in time"
    await subscription.unsubscribe()
    started = monotonic()
    assert await publisher.all(row, seconds=30) == []
    assert monotonic() - started < 5
    await publisher.close()


def test_the_floor_follows_what_was_deleted_a_minute_ago() -> None:
    floor = Floor()
    assert floor.start(100.0) == 0
    floor.note([10, 11], 100.0)
    floor.note([12], 102.0)
    assert floor.start(110.0) == 0
    assert floor.start(125.0) == 0
    assert floor.start(161.0) == 0
    assert floor.start(161.5) == 11
    assert floor.start(163.0) == 12


def test_every_half_minute_the_outbox_is_read_from_its_beginning() -> None:
    floor = Floor()
    floor.note([50], 0.0)
    assert floor.start(100.0) == 0
    assert floor.start(101.0) == 50
    assert floor.start(130.5) == 0
    assert floor.start(131.0) == 50
