"""How fast facts travel: outbox to stream, stream to tables, and the tables made anew.

Run as `python -m tests.benchmarks.bench_delivery [events]`; starts servers of its own.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time

import uvloop

from deploy.local.testing import Servers, servers
from shared.events import Envelope, Event
from tests.shared.delivery.service import step
from tests.shared.delivery.world import World, world_on
from tests.waiting import until

EVENTS = 50_000
DOSSIERS = 5_000
WAIT_SECONDS_MAX = 300.0


def facts(world: World, events: int) -> list[Envelope[Event]]:
    """Steps of many dossiers by turns."""
    return [
        world.seal(f"d{n % DOSSIERS}", n // DOSSIERS + 1, step(unit=f"H20.30.{n % 40}"))
        for n in range(events)
    ]


async def fill(world: World, told: Sequence[Envelope[Event]]) -> None:
    """Write the outbox in bulk."""
    rows = [(envelope.id, world.subject(envelope), envelope.encode()) for envelope in told]
    async with world.connection() as connection:
        await connection.copy_records_to_table(
            "outbox", records=rows, columns=["id", "subject", "body"]
        )


async def relayed(world: World, events: int) -> None:
    """Relay until the stream has it all."""

    async def stored() -> bool:
        return (await world.js.stream_info(world.name)).state.messages >= events

    async with world.running(world.relay()):
        await until(stored, seconds=WAIT_SECONDS_MAX, what="all stored")


async def consumed(world: World, events: int) -> None:
    """Consume until the tables have it all."""
    async with world.running(world.consumer()):
        await world.until_true(
            "select position = $1 from reached", events, seconds=WAIT_SECONDS_MAX
        )


async def rebuilt(world: World, _: int) -> None:
    """Read it all once more into a second set of tables, and swap."""
    await world.rebuild()


async def timed(
    what: str, act: Callable[[World, int], Awaitable[None]], world: World, events: int
) -> None:
    """Print a stage's rate, and its cost, which other load on the machine hardly changes."""
    started, cpu_started = perf_counter(), process_time()
    await act(world, events)
    seconds, cpu_seconds = perf_counter() - started, process_time() - cpu_started
    cpu = cpu_seconds / events * 1e6
    print(f"{what:10} {events / seconds:10,.0f} events/s   {cpu:6.0f} µs of this process each")


async def stages(running: Servers, events: int) -> None:
    """Run the three stages one after the other."""
    async with world_on(running, "bench") as world:
        await fill(world, facts(world, events))
        await timed("relay", relayed, world, events)
        await timed("consumer", consumed, world, events)
        await timed("rebuild", rebuilt, world, events)


async def main(events: int) -> None:
    """Start the servers; the stages run on the loop that workers use, which cannot start them."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory)) as running:
            await asyncio.to_thread(lambda: uvloop.run(stages(running, events)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
