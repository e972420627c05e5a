"""Spans of real processes, sent to a collector that the test plays."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.collector import Collector, collecting
from tests.conftest import FreshDatabase
from tests.gateway.upstreams import free_url
from tests.waiting import until

TRACE = "0af7651916cd43dd8448eb211c80319c"
UNSAMPLED = "1af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
PATH = "/v1/procedures/9.999999?secret=1"
WITHOUT_THE_EXTRA = "import sys; sys.modules['opentelemetry.sdk'] = None; "


@asynccontextmanager
async def process(factory: str, url: str, **environment: str) -> AsyncIterator[httpx.AsyncClient]:
    """A web process of its own, ready."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "uvicorn", "--factory", factory),
        *("--port", str(urlsplit(url).port), "--log-level", "warning"),
        env={**os.environ, **environment},
    )
    try:
        async with httpx.AsyncClient(base_url=url, timeout=10) as http:

            async def lives() -> bool:
                try:
                    return (await http.get("/health/live")).is_success
                except httpx.TransportError:
                    return False

            await until(lives, seconds=30, what=f"{factory} lives")
            yield http
    finally:
        running.terminate()
        await running.wait()


async def test_a_request_is_followed_from_its_caller_through_the_gateway_into_the_service(
    fresh_database: FreshDatabase, keys_dir: Path
) -> None:
    service_url, told = free_url(), {"MOTCUA_KEYS_DIR": str(keys_dir), "MOTCUA_PROFILE": "local"}
    database_url = await fresh_database("procedures")
    with collecting() as collector:
        told |= collector.environment
        async with (
            process(
                "services.procedures.app:create",
                service_url,
                PROCEDURES_DATABASE_URL=database_url,
                **told,
            ),
            process(
                "gateway.app:create", free_url(), GATEWAY_PROCEDURES_URL=service_url, **told
            ) as door,
        ):
            await door.get(PATH, headers={"Traceparent": f"00-{UNSAMPLED}-{CALLER}-00"})
            answer = await door.get(
                PATH, headers={"Traceparent": f"00-{TRACE}-{CALLER}-01", "X-Request-Id": "r-1"}
            )
            await until(
                lambda: len(collector.of_trace(TRACE)) == 2, seconds=20, what="both spans are told"
            )

    spans = {span.process: span for span in collector.of_trace(TRACE)}
    assert spans["gateway"].parent_id == CALLER
    assert spans["procedures"].parent_id == spans["gateway"].span_id
    assert (spans["gateway"].name, spans["procedures"].name) == (
        "GET /v1/procedures",
        "GET /v1/procedures/{code}",
    )
    for span in spans.values():
        assert span.attributes["http.response.status_code"] == answer.status_code == 404
        assert span.attributes["motcua.request_id"] == "r-1"
        assert "9.999999" not in str(span)
    assert collector.of_trace(UNSAMPLED) == []


async def test_without_the_packages_a_process_says_so_and_does_not_start() -> None:
    start = "from shared import telemetry; telemetry.configure('intake')"
    failing = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WITHOUT_THE_EXTRA + start,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **Collector(port=1).environment},
    )
    _, said = await failing.communicate()

    assert failing.returncode == 1
    assert "TelemetryMissing" in said.decode()
    assert "motcua[telemetry]" in said.decode()


async def test_without_a_collector_nothing_of_it_is_loaded() -> None:
    start = "from shared import telemetry; telemetry.configure('intake'); "
    there = "print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    unset = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    quiet = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys; " + start + there,
        stdout=asyncio.subprocess.PIPE,
        env=unset,
    )
    said, _ = await quiet.communicate()

    assert (quiet.returncode, said.decode().strip()) == (0, "[]")
