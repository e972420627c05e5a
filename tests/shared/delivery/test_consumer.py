"""What a consumer makes of a stream that is at least once and nearly in order."""

from contextlib import suppress

import asyncpg
import pytest
from nats.aio.msg import Msg

from shared.delivery import puller as puller_module
from shared.delivery.applying import Applier, Moved, Reached
from shared.delivery.connections import Standing
from shared.delivery.handlers import Dispatch
from shared.delivery.incoming import parse
from shared.delivery.puller import Puller
from tests.shared.delivery.service import LATER, SERVICE, Steps, recall, step, withdrawal
from tests.shared.delivery.world import World
from tests.waiting import until


async def test_events_are_applied_once_and_in_order(world: World) -> None:
    told = [world.seal(f"d{i % 7}", i // 7 + 1, step(f"step {i}")) for i in range(70)]
    await world.publish(*told)
    async with world.running(world.consumer()):
        await world.until_applied(70)
    assert await world.value("select sum(steps)::int from counter") == 70
    assert await world.value("select min(last_sequence) from applied") == 10


async def test_a_stored_copy_is_a_duplicate(world: World) -> None:
    told = [world.seal("d1", n, step(f"step {n}")) for n in (1, 2, 3)]
    await world.publish(*told)
    for n, envelope in enumerate(told):
        await world.publish_raw(world.subject(envelope), envelope.encode(), f"copy {n}")
    async with world.running(world.consumer(batch_max=2)):
        await world.until_reached()
    assert await world.value("select count(*) from entry") == 3
    assert await world.value("select count(*) from parked") == 0


async def test_what_comes_early_waits_for_the_gap_to_close(world: World) -> None:
    one, two, three, four = (world.seal("d1", n, step(f"step {n}")) for n in (1, 2, 3, 4))
    other = world.seal("d2", 1, step())
    await world.publish(one, three, four, other)
    async with world.running(world.consumer()):
        await world.until_reached()
        assert [row["dossier"] for row in await world.fetch("select * from entry")] == ["d1", "d2"]
        assert await world.value("select parked from applied where aggregate = 'dossier/d1'") == 2
        await world.publish(two)
        await world.until_applied(5)
    assert await world.value("select count(*) from parked") == 0
    assert await world.value("select parked from applied where aggregate = 'dossier/d1'") == 0


async def test_what_comes_early_may_wait_within_one_batch(world: World) -> None:
    await world.publish(*(world.seal("d1", n, step(f"step {n}")) for n in (3, 1, 2)))
    async with world.running(world.consumer()):
        await world.until_applied(3)
    assert await world.value("select last_sequence from applied") == 3


async def test_a_missing_prerequisite_is_waited_for(world: World) -> None:
    await world.publish(world.seal("d1", 1, step(LATER)), world.seal("d1", 2, step()))
    async with world.running(world.consumer()):
        await world.until_reached()
        (row,) = await world.fetch("select * from parked where state = 'retry'")
        assert row["error"] == "not yet: calendar VN 3"
        world.trial.prerequisite = True
        await world.until_applied(2)


async def test_neighbours_with_one_handler_come_in_one_call(world: World) -> None:
    await world.publish(
        world.seal("d1", 1, step()),
        world.seal("d2", 1, step()),
        world.seal("d2", 2, withdrawal()),
        world.seal("d1", 2, step()),
        world.seal("d1", 3, recall()),
        world.seal("d2", 3, step()),
    )
    async with world.running(world.consumer()):
        await world.until_applied(5)
    assert world.trial.calls == [("steps", 3), ("recalls", 1), ("steps", 1)]


async def test_a_fact_without_handler_counts_in_the_sequence(world: World) -> None:
    await world.publish(world.seal("d1", 1, withdrawal()), world.seal("d1", 2, step()))
    async with world.running(world.consumer()):
        await world.until_applied(1)
    assert await world.value("select last_sequence from applied") == 2


async def test_an_unknown_fact_of_a_known_kind_counts_and_stops_nobody(world: World) -> None:
    unknown = world.seal("d1", 1, step()).encode().replace(b"step_completed", b"sung_about")
    await world.publish_raw(f"{world.name}.dossier.sung_about.VN", unknown, "1")
    await world.publish(world.seal("d1", 2, step()))
    async with world.running(world.consumer()):
        await world.until_applied(1)
    assert await world.value("select count(*) from parked") == 0


async def test_a_handled_fact_in_a_version_from_the_future_is_parked(world: World) -> None:
    newer = world.seal("d1", 1, step()).encode().replace(b"completed.v1", b"completed.v2")
    await world.publish_raw(f"{world.name}.dossier.step_completed.VN", newer, "1")
    await world.publish(world.seal("d1", 2, step()), world.seal("d2", 1, step()))
    async with world.running(world.consumer()):
        await world.until_applied(1)
        await world.until_reached()
    assert await world.value("select count(*) from parked") == 2


async def test_a_restarted_consumer_goes_on_where_it_was(world: World) -> None:
    await world.publish(*(world.seal("d1", n, step()) for n in (1, 2)))
    async with world.running(world.consumer()):
        await world.until_applied(2)
    await world.publish(*(world.seal("d1", n, step()) for n in (3, 4)))
    world.trial.calls.clear()
    async with world.running(world.consumer()):
        await world.until_applied(4)
    assert sum(events for _, events in world.trial.calls) == 2


async def test_a_position_that_somebody_moved_undoes_the_batch(world: World) -> None:
    envelope = world.seal("d1", 1, step())
    batch = [parse("x", envelope.encode(), position=8, event_id="e8")]
    applier = Applier(Dispatch(world.trial.handlers), service=SERVICE, stream=world.name)
    async with world.connection() as connection:
        await connection.execute("insert into reached values ($1, 7, 'e7')", world.name)
        for moved in (Reached(6, "e6"), Reached(7, "another e7")):
            with pytest.raises(Moved):
                await applier.apply(connection, moved, batch)
        assert await world.value("select count(*) from entry") == 0
        await applier.apply(connection, Reached(7, "e7"), batch)
    assert await world.value("select position from reached") == 8


async def test_one_consumer_works_and_another_stands_by(world: World) -> None:
    first, second = world.consumer(), world.consumer()
    async with world.running(second):
        async with world.running(first):
            await until(
                lambda: {first.standing, second.standing} == {Standing.ACTIVE, Standing.STANDBY},
                seconds=5,
                what="one active, one standby",
            )
            await world.publish(world.seal("d1", 1, step()))
            await world.until_applied(1)
        await until(
            lambda: second.standing is Standing.ACTIVE, seconds=5, what="the second takes over"
        )
        await world.publish(world.seal("d1", 2, step()))
        await world.until_applied(2)


async def test_a_deleted_consumer_is_made_anew_without_a_storm(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The broker says that it is gone; nobody has to wait until the silence is noticed.
    monkeypatch.setattr(puller_module, "SILENCE_SECONDS_MAX", 1000)
    async with world.running(world.consumer()):
        await world.publish(world.seal("d1", 1, step()))
        await world.until_applied(1)
        (info,) = await world.js.consumers_info(world.name)
        await world.js.delete_consumer(world.name, info.name)
        requests = world.client.stats["out_msgs"]
        await world.publish(world.seal("d1", 2, step()))
        await world.until_applied(2)
    assert world.client.stats["out_msgs"] - requests < 50


async def test_a_message_lost_on_the_way_is_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = Puller._received
    lost = 0

    async def lossy(puller: Puller, message: Msg) -> None:
        nonlocal lost
        if not lost and message.subject.startswith(world.name) and b'"d5"' in message.data:
            lost += 1
            return
        await received(puller, message)

    monkeypatch.setattr(Puller, "_received", lossy)
    await world.publish(*(world.seal(f"d{n}", 1, step()) for n in range(10)))
    async with world.running(world.consumer()):
        await world.until_applied(10)
    assert lost == 1


async def test_a_last_message_lost_with_the_connection_is_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = Puller._received
    lost = 0

    async def lossy(puller: Puller, message: Msg) -> None:
        nonlocal lost
        if not lost and b'"d1"' in message.data:
            lost += 1
            # As after a cut connection: the broker's consumer lives on and has told it all.
            world.client.stats["reconnects"] += 1
            return
        await received(puller, message)

    monkeypatch.setattr(Puller, "_received", lossy)
    async with world.running(world.consumer()):
        await world.publish(world.seal("d0", 1, step()), world.seal("d1", 1, step()))
        await world.until_applied(2)
    assert lost == 1


async def test_a_broker_that_falls_silent_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(puller_module, "SILENCE_SECONDS_MAX", 0.5)
    received = Puller._received
    deaf: list[Puller] = []

    async def lossy(puller: Puller, message: Msg) -> None:
        if not deaf:
            deaf.append(puller)
        if puller is not deaf[0]:
            await received(puller, message)

    monkeypatch.setattr(Puller, "_received", lossy)
    await world.publish(world.seal("d1", 1, step()))
    async with world.running(world.consumer()):
        await world.until_applied(1)


async def test_an_error_of_the_moment_parks_nothing_and_the_batch_comes_again(
    world: World,
) -> None:
    calls = 0
    steps = world.trial.steps

    async def deadlocked(connection: asyncpg.Connection, envelopes: Steps) -> None:
        nonlocal calls
        calls += 1
        await steps(connection, envelopes)
        if calls < 3:
            raise asyncpg.DeadlockDetectedError("try again")

    world.trial.steps = deadlocked  # type: ignore[method-assign] # the test's own handler
    await world.publish(world.seal("d1", 1, step()), world.seal("d2", 1, step()))
    async with world.running(world.consumer()):
        await world.until_applied(2)
    assert calls == 3
    assert await world.value("select count(*) from parked") == 0


async def test_a_handler_that_swallows_an_sql_error_is_parked_as_well(world: World) -> None:
    async def careless(connection: asyncpg.Connection, envelopes: Steps) -> None:
        with suppress(asyncpg.PostgresError):
            await connection.execute("select 1 / 0")

    world.trial.steps = careless  # type: ignore[method-assign] # the test's own handler
    await world.publish(world.seal("d1", 1, step()))
    async with world.running(world.consumer()):
        await world.until_reached()
    assert await world.value("select count(*) from parked") == 1


async def test_a_handler_that_is_called_wrongly_is_parked_as_well(world: World) -> None:
    async def wrong(connection: asyncpg.Connection, envelopes: Steps) -> None:
        await connection.execute("select $1::int", 1, 2)

    world.trial.steps = wrong  # type: ignore[method-assign] # the test's own handler
    await world.publish(world.seal("d1", 1, step()))
    async with world.running(world.consumer()):
        await world.until_reached()
    assert await world.value("select count(*) from parked") == 1
