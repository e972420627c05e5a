"""A service that is away, slow or restarting costs its own callers an honest answer only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import structlog
from starlette.types import Receive, Scope, Send

from gateway import forward
from gateway.app import create
from gateway.settings import GatewaySettings
from shared.settings import KernelSettings
from tests.gateway.conftest import Gateway
from tests.gateway.upstreams import Echo, serving

Headers = dict[str, str]


async def test_a_dead_service_is_503_and_the_others_go_on(
    gateway: Gateway, bearer: Headers
) -> None:
    door = await gateway(procedures=Echo())

    dead = await door.post("/v1/dossiers", json={}, headers=bearer)
    alive = await door.get("/v1/procedures")

    assert dead.status_code == 503
    assert dead.headers["content-type"] == "application/problem+json"
    assert int(dead.headers["retry-after"]) > 0
    assert dead.json()["code"] == "service_unreachable"
    assert dead.json()["service"] == "intake"
    assert "x-request-id" in dead.headers
    assert alive.status_code == 200


@pytest.mark.parametrize(
    ("method", "keyed", "code"),
    [
        ("GET", False, "service_interrupted"),
        ("POST", True, "service_interrupted"),
        ("POST", False, "outcome_unknown"),
    ],
)
async def test_a_service_that_never_answers_is_given_up(
    gateway: Gateway, bearer: Headers, method: str, keyed: bool, code: str
) -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            while (await receive())["type"] != "http.disconnect":
                continue

    door = await gateway({"answer_seconds_max": 0.2}, intake=silent)

    key = {"Idempotency-Key": "k1"} if keyed else {}
    answer = await door.request(method, "/v1/dossiers", headers=bearer | key)

    assert answer.status_code == 503
    assert answer.json()["code"] == code
    assert "retry-after" in answer.headers


async def test_a_garbled_answer_is_503_and_nothing_of_the_request_is_logged(
    keys_dir: Path, bearer: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = structlog.testing.LogCapture()
    monkeypatch.setattr(forward, "log", structlog.wrap_logger(None, processors=[logged]))

    async def garble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"nonsense " + head)
        writer.close()

    async with (
        await asyncio.start_server(garble, "127.0.0.1", 0) as server,
        serving(create(_settings(server, keys_dir))) as url,
        httpx.AsyncClient(base_url=url) as door,
    ):
        answer = await door.get("/v1/dossiers", headers=bearer)

    assert answer.status_code == 503
    assert [entry["event"] for entry in logged.entries] == ["service did not answer"]
    assert bearer["Authorization"].removeprefix("Bearer ") not in str(logged.entries)


def _settings(server: asyncio.Server, keys_dir: Path) -> GatewaySettings:
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    return GatewaySettings(
        intake_url=url, kernel=KernelSettings(profile="local", keys_dir=keys_dir)
    )


@dataclass
class HangsUp:
    """A server that closes a kept connection at its second request, as a restarting one does."""

    requests: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for turn in range(2):
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head.split(b" ")[0])
                if b"content-length: 2" in head.lower():
                    await reader.readexactly(2)
                if turn == 0:
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def in_front_of_one_that_hangs_up(keys_dir: Path) -> AsyncIterator[tuple[HangsUp, str]]:
    service = HangsUp()
    async with (
        await asyncio.start_server(service.serve, "127.0.0.1", 0) as server,
        serving(create(_settings(server, keys_dir))) as door,
    ):
        yield service, door


@pytest.mark.parametrize(
    ("method", "key", "expected"),
    [("GET", None, (200, 3)), ("POST", "k1", (200, 3)), ("POST", None, (503, 2))],
)
async def test_a_stale_connection_is_tried_again_only_when_that_is_safe(
    keys_dir: Path, bearer: Headers, method: str, key: str | None, expected: tuple[int, int]
) -> None:
    headers = bearer | ({"Idempotency-Key": key} if key else {})
    async with (
        in_front_of_one_that_hangs_up(keys_dir) as (service, url),
        httpx.AsyncClient(base_url=url) as door,
    ):
        content = "{}" if method == "POST" else None
        first = await door.request(method, "/v1/dossiers", content=content, headers=headers)
        second = await door.request(method, "/v1/dossiers", content=content, headers=headers)

    assert first.status_code == 200
    assert (second.status_code, len(service.requests)) == expected
