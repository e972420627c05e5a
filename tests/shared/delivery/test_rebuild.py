"""What is rebuilt from the stream is what was live, and takes its place under load."""

import asyncio

import asyncpg
import pytest

from shared.delivery import rebuild
from shared.delivery.connections import Lock
from shared.delivery.rebuild import RebuildFailed
from shared.delivery.swap import ShapeDiffers
from shared.tables import AGGREGATE
from tests.shared.delivery.service import (
    LATER,
    METADATA,
    PREREQUISITE,
    PYTHON,
    SERVICE,
    due_date,
    recall,
    step,
    withdrawal,
)
from tests.shared.delivery.world import World
from tests.waiting import until

UNDER_WAY_MAX = 500
SCHEMAS = "select count(*) from pg_namespace where nspname like 'rebuild%'"


async def test_the_rebuilt_tables_equal_the_live_ones_byte_for_byte(world: World) -> None:
    told = [world.seal(f"d{i % 50}", i // 50 + 1, step(f"step {i}")) for i in range(1000)]
    async with world.running(world.consumer(batch_max=37)):
        await world.publish(*told)
        await world.publish(*(world.seal(f"d{i}", 21, withdrawal()) for i in range(50)))
        await world.until_reached()
    live = await world.state(tables=("clock", "entry", "counter", "applied", "reached"))
    report = await world.rebuild()
    assert await world.state(tables=tuple(live)) == live
    assert (report.events, report.parked) == (1050, 0)
    assert report.rows["entry"] == 1000
    assert await world.value(SCHEMAS) == 0


async def test_a_damaged_table_is_mended(world: World) -> None:
    async with world.running(world.consumer()):
        await world.publish(*(world.seal("d1", n, step()) for n in range(1, 30)))
        await world.until_applied(29)
    live = await world.state()
    await world.fetch("update counter set steps = 7")
    await world.fetch("delete from entry where sequence > 3")
    await world.rebuild()
    assert await world.state() == live


async def test_the_swap_happens_under_load_and_the_worker_goes_on(world: World) -> None:
    stop = asyncio.Event()
    told = 0

    async def load() -> None:
        nonlocal told
        while not stop.is_set():
            told += 1
            await world.record(*(world.seal(f"d{n}", told, step(f"step {told}")) for n in range(5)))
            # As fast as the worker follows: a queue that only grows is no load that life has.
            await world.until_true(
                "select count(*) >= $1 from entry", 5 * told - UNDER_WAY_MAX, seconds=30
            )

    async with world.running(world.relay(), world.consumer(batch_max=50)):
        writing = asyncio.create_task(load())
        await world.until_true("select count(*) > 200 from entry")
        for _ in range(2):
            before = await world.value("select count(*) from entry")
            await world.rebuild()
            await world.until_true("select count(*) > $1 from entry", before)
        stop.set()
        await writing
        await world.until_applied(told * 5, seconds=30)
    assert await world.value("select sum(steps)::int from counter") == told * 5
    assert await world.value("select count(*) from parked") == 0
    assert await world.reconcile() == []


async def test_own_facts_are_read_back_and_leave_no_place_behind(world: World) -> None:
    async with world.running(world.consumer()):
        await world.publish(world.seal("d1", 1, step()))
        await world.publish(world.seal("d1", 1, due_date()), world.seal("d1", 2, due_date()))
        await world.until_applied(1)
    await world.fetch("insert into life values ('d1', 1, 'live')")
    await world.rebuild()
    assert await world.value("select steps from counter where unit = 'due dates'") == 2
    assert [row[0] for row in await world.fetch("select aggregate from applied")] == ["dossier/d1"]


async def test_history_is_not_played_into_tables_that_are_not_rebuilt(world: World) -> None:
    await world.publish(world.seal("d1", 1, due_date()))
    await world.fetch("insert into life values ('d1', 1, 'live')")
    await world.rebuild()
    assert await world.value("select remark from life") == "live"
    assert world.trial.calls == [("due dates", 1)]


async def test_the_swap_waits_until_own_facts_have_left_the_outbox(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "NEAR_EVENTS", 0)
    await world.publish(world.seal("d1", 1, step()))
    await world.record(world.seal("d1", 1, due_date()))
    rebuilding = asyncio.create_task(world.rebuild())
    await world.until_true("select to_regclass('rebuild.entry') is not null")
    await world.until_true("select count(*) = 1 from rebuild.entry")
    async with world.running(world.relay()):
        await rebuilding
    assert await world.value("select steps from counter where unit = 'due dates'") == 1


async def test_what_the_service_decides_during_the_swap_is_counted_once(world: World) -> None:
    stop = asyncio.Event()
    decided = 0

    async def decide() -> None:
        """Change a rebuilt table and tell so, as the service's own work does."""
        nonlocal decided
        async with world.connection() as connection:
            while not stop.is_set():
                async with connection.transaction():
                    await connection.execute(
                        """
                        insert into counter as c values ('due dates', 1)
                        on conflict (unit) do update set steps = c.steps + 1
                        """
                    )
                    decided += 1
                    await world.record_on(connection, [world.seal("d1", decided, due_date())])

    async with world.running(world.relay(), world.consumer()):
        deciding = asyncio.create_task(decide())
        await world.until_true("select count(*) > 0 from counter")
        for _ in range(2):
            before = decided
            await world.rebuild()
            await until(lambda: decided > before + 10, seconds=10, what="work goes on")  # noqa: B023 - called at once
        stop.set()
        await deciding
    assert await world.value("select steps from counter where unit = 'due dates'") == decided


async def test_what_waits_for_another_owner_is_applied_before_the_swap(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "NEAR_EVENTS", 0)
    await world.publish(world.seal("d1", 1, step(LATER)), world.seal("d1", 2, step()))
    await world.publish(world.seal(PREREQUISITE, 1, recall()))
    report = await world.rebuild()
    assert report.parked == 0
    assert await world.value("select count(*) from entry") == 3


async def test_an_event_that_still_fails_is_parked_in_the_rebuilt_tables_too(world: World) -> None:
    await world.publish(world.seal("d1", 1, step(PYTHON)), world.seal("d2", 1, step()))
    report = await world.rebuild()
    assert report.parked == 1
    assert await world.value("select state from parked") == "retry"
    assert await world.value("select count(*) from entry") == 1


async def test_a_rebuild_that_fails_everywhere_leaves_the_live_tables_alone(world: World) -> None:
    world.trial.poisoned = False
    async with world.running(world.consumer()):
        await world.publish(*(world.seal(f"d{n}", 1, step(PYTHON)) for n in range(150)))
        await world.until_applied(150)
    live = await world.state()
    world.trial.poisoned = True
    with pytest.raises(RebuildFailed):
        await world.rebuild()
    assert await world.state() == live


async def test_only_one_rebuild_runs_at_a_time(world: World) -> None:
    async with world.connection() as other:
        await other.execute("select pg_advisory_lock(hashtext($1), $2)", SERVICE, int(Lock.REBUILD))
        with pytest.raises(RebuildFailed):
            await world.rebuild()


async def test_live_tables_of_another_shape_are_refused(world: World) -> None:
    await world.fetch("create index entry_at on entry (at)")
    with pytest.raises(ShapeDiffers, match="entry_at"):
        await world.rebuild()


async def test_a_view_on_a_live_table_is_not_dropped_silently(world: World) -> None:
    await world.publish(world.seal("d1", 1, step()))
    await world.fetch("create view newest as select max(at) from entry")
    with pytest.raises(asyncpg.DependentObjectsStillExistError):
        await world.rebuild()
    assert await world.value("select max from newest") is None


async def test_handlers_that_would_lose_a_place_are_refused(world: World) -> None:
    async with world.running(world.consumer()):
        await world.publish(world.seal("d1", 1, step()))
        await world.until_applied(1)
    await world.fetch("insert into applied values ('agency/H20', 3)")
    with pytest.raises(RebuildFailed, match="agency"):
        await world.rebuild()


async def test_numbers_of_own_facts_that_nobody_reads_back_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METADATA.tables["clock"].info, AGGREGATE, "clock")
    with pytest.raises(RebuildFailed, match="clock"):
        await world.rebuild(own={})
