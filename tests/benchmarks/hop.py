"""What the gateway adds to a request: `python -m tests.benchmarks.hop [seconds] [rounds]`.

On the running system the same request goes to the service itself, through the gateway and, where
nginx is installed, through nginx as a plain proxy, by turns. The load runs on the same cores and
costs each of the three alike; a hop's own processor time per request is the steadiest figure.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvloop

from deploy.local import environment, state
from deploy.local.directory import DataDirectory
from shared import issuer
from shared.identity import EVERYWHERE, Role
from tests.benchmarks.load import CREATED, PROCEDURE, Client, Measured, filing, table
from tests.benchmarks.plain_proxy import installed, plain_proxy

SECONDS, ROUNDS = 2.0, 3
CONNECTIONS = (1, 8, 32)
WARM_UP_SECONDS = 0.5
OK = 200
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Way:
    """One way to a service, and the process in between."""

    name: str
    urls: dict[str, str]
    pid: int | None = None

    def cpu_seconds(self) -> float:
        """Processor time that the process in between has used."""
        if self.pid is None:
            return 0.0
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


@dataclass(frozen=True)
class Request:
    """What is asked; a filing differs each time."""

    name: str
    service: str
    line: str
    expected: int
    body: Callable[[int], bytes] = lambda _: b""


@dataclass
class Figures:
    """What one way took for one request at so many connections, over all rounds."""

    measured: Measured = field(default_factory=Measured)
    cpu_seconds: float = 0.0

    def row(self) -> str:
        """The figures for a table."""
        count = len(self.measured.seconds)
        cpu = f", {1e6 * self.cpu_seconds / count:4.0f} µs of its own" if self.cpu_seconds else ""
        return (
            f"{self.measured.per_second:7,.0f}/s  p50 {self.measured.percentile(0.5):5.2f}"
            f"  p99 {self.measured.percentile(0.99):6.2f} ms{cpu}"
        )


REQUESTS = (
    Request("GET procedure", "procedures", f"GET /v1/procedures/{PROCEDURE}", OK),
    Request(
        "POST filing",
        "intake",
        "POST /v1/dossiers",
        CREATED,
        lambda number: orjson.dumps(filing(number)),
    ),
)


async def ask_for(
    way: Way, request: Request, token: str, *, connections: int, seconds: float, figures: Figures
) -> None:
    """Send the request over so many connections for so long, and add to the figures."""
    run = time.time_ns()
    cpu, started = way.cpu_seconds(), time.perf_counter()
    until = started + seconds

    async def ask(first: int) -> None:
        number = first
        async with Client(way.urls[request.service], token) as client:
            while (sent := time.perf_counter()) < until:
                key = f"Idempotency-Key: hop-{run}-{number}\r\n"
                status, answer = await client.ask(request.line, request.body(number), key)
                if status != request.expected:
                    raise RuntimeError(f"{way.name}: {status} {answer[:300]!r}")
                figures.measured.seconds.append(time.perf_counter() - sent)
                number += connections

    await asyncio.gather(*(ask(first) for first in range(connections)))
    figures.measured.took_seconds += time.perf_counter() - started
    figures.cpu_seconds += way.cpu_seconds() - cpu


@asynccontextmanager
async def ways() -> AsyncIterator[list[Way]]:
    """The ways there are on this machine."""
    services = {name: os.environ[f"GATEWAY_{name.upper()}_URL"] for name in environment.SERVICES}
    running: Any = state.read(DataDirectory.from_environment(os.environ))
    pids = {member.name: member.pid for member in running.members}
    gateway = dict.fromkeys(services, os.environ["GATEWAY_URL"])
    found = [Way("direct", services), Way("gateway", gateway, pids["gateway"])]
    if not installed():
        sys.stdout.write("nginx is not installed: no figures of a plain proxy\n")
        yield found
        return
    passed = {name: services[name] for name in ("intake", "procedures")}
    async with plain_proxy(passed) as (url, pid):
        yield [*found, Way("nginx", dict.fromkeys(services, url), pid)]


async def main(seconds: float, rounds: int) -> None:
    """Measure all ways by turns and print a table."""
    environment.load()
    token = issuer.issue(
        Path(os.environ["MOTCUA_KEYS_DIR"]),
        subject="bench",
        roles=[Role.COUNTER],
        agencies=[EVERYWHERE],
    )
    rows: list[tuple[str, str]] = []
    async with ways() as found:
        for request in REQUESTS:
            for connections in CONNECTIONS:
                all_figures = {way.name: Figures() for way in found}
                for turn in range(rounds + 1):
                    for way in found:
                        figures = all_figures[way.name] if turn else Figures()
                        await ask_for(
                            way,
                            request,
                            token,
                            connections=connections,
                            seconds=seconds if turn else WARM_UP_SECONDS,
                            figures=figures,
                        )
                rows += [
                    (f"{request.name}, {connections}, {name}", figures.row())
                    for name, figures in all_figures.items()
                ]
    sys.stdout.write(table(rows) + "\n")


if __name__ == "__main__":
    given = [float(argument) for argument in sys.argv[1:]]
    uvloop.run(main(given[0] if given else SECONDS, int(given[1]) if given[1:] else ROUNDS))
