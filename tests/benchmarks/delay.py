"""How long after its answer a filing is visible in sla's database, at a steady rate."""

import asyncio
import time

import asyncpg
import orjson

from tests.benchmarks.load import Client, Measured

POLL_SECONDS = 0.001
LAST_SECONDS_MAX = 10
CONNECTIONS = 16
SEEN = "select aggregate from applied where aggregate = any($1::text[])"


async def run(
    url: str, token: str, sla_url: str, *, per_second: int, seconds: float
) -> list[float]:
    """Milliseconds from answer to visible, ascending; the poll adds up to its own pause."""
    waiting: dict[str, float] = {}
    delays: list[float] = []
    filed = Measured()
    expected = int(per_second * seconds)
    watching = asyncio.create_task(_watch(sla_url, waiting, delays, expected))
    run_id = f"delay-{time.time_ns()}"
    started = time.perf_counter()

    async def file(first: int) -> None:
        async with Client(url, token) as client:
            for number in range(first, expected, CONNECTIONS):
                due = started + number / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                if await client.file(filed, f"{run_id}-{number}", number):
                    identity = orjson.loads(filed.answers[-1])["id"]
                    waiting[f"dossier/{identity}"] = time.perf_counter()

    await asyncio.gather(*(file(first) for first in range(CONNECTIONS)))
    await asyncio.wait([watching], timeout=LAST_SECONDS_MAX)
    watching.cancel()
    return sorted(delays)


async def _watch(
    sla_url: str, waiting: dict[str, float], delays: list[float], expected: int
) -> None:
    connection = await asyncpg.connect(sla_url)
    while len(delays) < expected:
        if waiting:
            rows = await connection.fetch(SEEN, list(waiting))
            now = time.perf_counter()
            delays.extend(1000 * (now - waiting.pop(row["aggregate"])) for row in rows)
        await asyncio.sleep(POLL_SECONDS)
