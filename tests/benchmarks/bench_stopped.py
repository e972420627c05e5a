"""What callers of the other services notice when one stands still.

Run as `python -m tests.benchmarks.bench_stopped [seconds] [rounds]`; starts a system of its own.
Callers ask at a steady pace, some of them the survey service and the composed dossier; by turns
survey runs, is stopped (its port refuses) and is frozen (its port takes requests and is silent).
A request's time counts from when it was to be sent, so whoever waits is seen waiting.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from deploy.door import Door, sign
from deploy.local.testing import RunningSystem, system
from shared.identity import Role
from tests.benchmarks.load import PROCEDURE, Client, Measured, filing, table

SECONDS, ROUNDS = 8.0, 3
WARM_UP_SECONDS = 3.0
SERVICE = "survey"


@dataclass(frozen=True)
class Asked:
    """A request, and how often it is sent."""

    name: str
    line: str
    per_second: int
    body: Callable[[int], bytes] = lambda _: b""
    connections: int = 4


@dataclass
class Told:
    """What came back of one request in one condition, over all rounds."""

    measured: Measured = field(default_factory=Measured)
    statuses: Counter[int] = field(default_factory=Counter)

    def row(self) -> str:
        """The figures for a table."""
        statuses = ", ".join(f"{count} × {status}" for status, count in self.statuses.items())
        p50, p99 = self.measured.percentile(0.5), self.measured.percentile(0.99)
        return f"p50 {p50:7.1f}  p99 {p99:8.1f} ms  {statuses}"


def requests(code: str) -> tuple[Asked, ...]:
    """What callers of a province send while one service stands still."""
    return (
        Asked("procedure (procedures)", f"GET /v1/procedures/{PROCEDURE}", 40),
        Asked("dossiers (intake)", "GET /v1/dossiers?limit=20", 10),
        Asked("filing (intake)", "POST /v1/dossiers", 20, lambda n: orjson.dumps(filing(n))),
        Asked("clock (sla)", f"GET /v1/clocks/{code}", 20),
        Asked("dossier, view=full", f"GET /v1/dossiers/{code}?view=full", 5, connections=16),
        Asked("petitions (survey)", "GET /v1/petitions/published", 20, connections=40),
    )


async def ask(asked: Asked, seconds: float, told: Told) -> None:
    """Send the request at its pace for so long, each connection in its turn."""
    run, started = time.time_ns(), time.perf_counter()
    token = sign(Role.COUNTER, Role.ADMIN, subject="bench")

    async def send(first: int) -> None:
        async with Client(os.environ["GATEWAY_URL"], token) as client:
            for number in range(first, int(asked.per_second * seconds), asked.connections):
                due = started + number / asked.per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                if time.perf_counter() > started + seconds:
                    return
                key = f"Idempotency-Key: stopped-{run}-{number}\r\n"
                status, _ = await client.ask(asked.line, asked.body(number), key)
                told.measured.seconds.append(time.perf_counter() - due)
                told.statuses[status] += 1

    await asyncio.gather(*(send(first) for first in range(asked.connections)))


@asynccontextmanager
async def runs(_: RunningSystem) -> AsyncIterator[None]:
    """Nothing is wrong."""
    yield


@asynccontextmanager
async def stopped(running: RunningSystem) -> AsyncIterator[None]:
    """The service is gone: whoever calls it is refused at once."""
    await running.stop(SERVICE)
    yield
    await running.start(SERVICE)


@asynccontextmanager
async def frozen(running: RunningSystem) -> AsyncIterator[None]:
    """The service is there and says nothing."""
    running.kill(SERVICE, signal.SIGSTOP)
    yield
    running.kill(SERVICE, signal.SIGCONT)


async def measure(running: RunningSystem, seconds: float, rounds: int) -> None:
    """Take the conditions by turns and print a table."""
    async with Door(Role.COUNTER, subject="bench") as counter:
        code = (await counter.post("/v1/dossiers", filing(0)))["code"]
        await counter.post(f"/v1/dossiers/{code}/acceptance")
        await counter.until(f"/v1/clocks/{code}", bool)
    everything: dict[tuple[str, str], Told] = defaultdict(Told)
    for turn in range(rounds + 1):
        for condition in (runs, stopped, frozen) if turn else (runs,):
            async with condition(running):
                await asyncio.gather(
                    *(
                        ask(
                            asked,
                            seconds if turn else WARM_UP_SECONDS,
                            everything[asked.name, condition.__name__] if turn else Told(),
                        )
                        for asked in requests(code)
                    )
                )
    rows = [(f"{name}, survey {how}", told.row()) for (name, how), told in everything.items()]
    sys.stdout.write(table(sorted(rows)) + "\n")


async def main(seconds: float, rounds: int) -> None:
    """Start a system and measure it."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with system(Path(directory)) as running:
            os.environ.update(running.settings)
            await measure(running, seconds, rounds)


if __name__ == "__main__":
    given = [float(argument) for argument in sys.argv[1:]]
    asyncio.run(main(given[0] if given else SECONDS, int(given[1]) if given[1:] else ROUNDS))
