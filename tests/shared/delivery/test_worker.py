"""A worker process: says how it is, survives what is away, ends when told or broken."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from deploy.local.testing import Servers
from deploy.local.testing import servers as local_servers
from tests.collector import collecting
from tests.shared.delivery.service import SERVICE, step
from tests.shared.delivery.world import World, world_on
from tests.waiting import until


@pytest.fixture(scope="module")
async def own_servers() -> AsyncIterator[Servers]:
    """Servers of this module's own: a worker reads the one stream EVENTS, and they are stopped."""
    with tempfile.TemporaryDirectory(prefix="motcua-worker-") as directory:
        async with local_servers(Path(directory)) as running:
            yield running


@pytest.fixture
async def home(own_servers: Servers) -> AsyncIterator[World]:
    async with world_on(own_servers, f"h{uuid.uuid4().hex[:12]}") as made:
        made.root = "events"
        yield made


@dataclass
class Running:
    """A worker process and its door."""

    process: asyncio.subprocess.Process
    http: httpx.AsyncClient

    async def status(self, path: str = "/health/ready") -> int | None:
        try:
            return (await self.http.get(path)).status_code
        except httpx.TransportError:
            return None

    async def until_ready(self, expected: int = 200) -> None:
        async def there() -> bool:
            return await self.status() == expected

        await until(there, seconds=30, what=f"ready answers {expected}")


@asynccontextmanager
async def worker(world: World, **environment: str) -> AsyncIterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.shared.delivery.worker_process",
        stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "DATABASE_URL": world.url,
            "MOTCUA_NATS_URL": world.servers.nats_url,
            "MOTCUA_STREAM_MAX_BYTES": str(64 * 2**20),
            "PORT": str(port),
            **environment,
        },
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            yield Running(process, http)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_worker_carries_facts_tells_measures_and_ends_when_told(home: World) -> None:
    async with worker(home) as running:
        await running.until_ready()
        assert await running.status("/health/live") == 200
        assert await running.status("/elsewhere") == 404
        await home.record(*(home.seal("d1", n, step()) for n in range(1, 4)))
        await home.until_applied(3)
        measures = (await running.http.get("/metrics")).text
        assert "motcua_published_total 3.0" in measures
        assert 'motcua_consumer_events_total{outcome="applied"} 3.0' in measures
        running.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.process.wait(), 10) == 0


async def test_a_worker_tells_a_collector_which_request_it_works_for(home: World) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    told = replace(home.seal("traced", 1, step()), traceparent=f"00-{trace}-b7ad6b7169203331-01")
    with collecting() as collector:
        async with worker(home, **collector.environment) as running:
            await running.until_ready()
            await home.record(told, home.seal("untraced", 1, step()))
            await until(lambda: bool(collector.spans), seconds=20, what="a span is told")

    (span,) = collector.spans
    assert (span.process, span.name) == ("trial-worker", "apply dossier.step_completed.v1")
    assert (span.trace_id, span.parent_id) == (trace, "b7ad6b7169203331")
    # What the service would tell because of it says that it was told in this very span.
    here = told.place_of(SERVICE)
    assert here is not None
    assert span.span_id == here.span_id


async def test_a_worker_waits_for_the_database_and_the_broker(home: World) -> None:
    async with worker(home) as running:
        await running.until_ready()
        for name in ("nats", "postgres"):
            await home.servers.stop(name)
            await running.until_ready(503)
            assert await running.status("/health/live") == 200
            await home.servers.start(name)
            await running.until_ready()
        assert running.process.returncode is None


async def test_a_worker_starts_before_its_broker(home: World) -> None:
    await home.servers.stop("nats")
    async with worker(home) as running:
        await running.until_ready(503)
        await home.servers.start("nats")
        await running.until_ready()


async def test_a_dead_task_ends_the_process_and_is_named(home: World) -> None:
    async with worker(home, BUG="1") as running:
        _, errors = await asyncio.wait_for(running.process.communicate(), 30)
        assert running.process.returncode == 1
        assert b'"task": "relay"' in errors
        assert b"a bug in the relay" in errors
