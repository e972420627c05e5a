"""A slow, endless or silent client costs the others nothing, and is let go."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway import bodies
from gateway.limits import connections
from tests.gateway.conftest import Gateway
from tests.gateway.raw import head_of, problem, raw
from tests.gateway.upstreams import Echo
from tests.waiting import until

MANY = 200
Headers = dict[str, str]


def slow_filing(bearer: Headers) -> bytes:
    """The head of a filing and one byte of its body."""
    return head_of("POST /v1/dossiers", bearer, "Content-Length: 100") + b"{"


async def test_a_fast_client_is_served_while_two_hundred_slow_ones_hang(
    gateway: Gateway, bearer: Headers
) -> None:
    echo = Echo()
    door = await gateway({"requests_per_service_max": 2, "waiting_per_service_max": 1}, intake=echo)
    heads = b"GET /v1/dossiers HTTP/1.1\r\nHost: x\r\nX-Slow: "
    async with AsyncExitStack() as stack:
        slow = [
            await stack.enter_async_context(raw(door, heads if number % 2 else slow_filing(bearer)))
            for number in range(MANY)
        ]

        answers = [await door.get("/v1/dossiers", headers=bearer) for _ in range(20)]

        assert [answer.status_code for answer in answers] == [200] * 20
        assert not any(client.reader.at_eof() for client in slow)
        assert echo.requests == 20


async def test_a_head_that_does_not_end_is_let_go(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS_MAX", 0.1)
    door = await gateway()

    async with raw(door) as silent, raw(door, b"GET / HTTP/1.1\r\nX-Slow: ") as slow:
        assert await silent.closed_by_the_other_side() == b""
        assert await slow.closed_by_the_other_side() == b""


async def test_a_second_head_that_does_not_end_is_let_go_as_well(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS_MAX", 0.1)
    door = await gateway()

    async with raw(door, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n") as slow:
        await slow.reader.readuntil(b"}")
        slow.writer.write(b"GET /health/live HTTP/1.1\r\n")
        assert await slow.closed_by_the_other_side() == b""


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", (414, "url_too_long")),
        (b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 101 + b"\r\n", (431, "headers_too_large")),
        (b"GET / HTTP/1.1\r\nX-A: " + b"b" * 33_000 + b"\r\n\r\n", (431, "headers_too_large")),
        (b"GET / HTTP/1.1\r\nX-A: " + b"b" * 70_000, (431, "headers_too_large")),
        (b"nonsense\r\n\r\n", (400, "malformed_http")),
        (b"GET / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n", (400, "malformed_http")),
    ],
)
async def test_a_head_beyond_the_bounds_is_refused(
    gateway: Gateway, head: bytes, expected: tuple[int, str]
) -> None:
    door = await gateway()

    async with raw(door, head) as client:
        assert problem(await client.closed_by_the_other_side()) == expected


async def test_a_body_slower_than_the_pace_is_408_and_reaches_no_service(
    gateway: Gateway, bearer: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.1)
    echo = Echo()
    door = await gateway(intake=echo)

    async with raw(door, slow_filing(bearer)) as client:
        answer = await client.closed_by_the_other_side()

    assert problem(answer) == (408, "request_too_slow")
    assert echo.requests == 0


async def test_an_endless_body_is_cut_off_after_its_refusal(
    gateway: Gateway, bearer: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LINGER_SECONDS_MAX", 0.2)
    door = await gateway(intake=Echo())
    head = slow_filing(bearer).replace(b"Content-Length: 100", b"Content-Length: 99999999")

    async with raw(door, head) as client:
        status = await client.reader.readuntil(b"\r\n")
        rest = await client.closed_by_the_other_side()

    assert status.startswith(b"HTTP/1.1 413")
    assert b"too_large" in rest


async def test_a_reader_that_takes_nothing_is_let_go_and_frees_the_service(
    gateway: Gateway, bearer: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "STALLED_SECONDS_MAX", 0.2)
    export = Export()
    door = await gateway({"streams_per_service_max": 2}, intake=export)

    async with raw(door, download(bearer)) as stalled:
        await until(lambda: export.begun == 1, seconds=10, what="the export begins")
        second = await door.get("/v1/downloads/1", headers=bearer)
        await until(lambda: export.hung_up == 2, seconds=10, what="the service is let go")
        third = await small_part(door, bearer)
        stalled.writer.close()

    assert (second.status_code, second.json()["code"]) == (503, "streams_busy")
    assert third == 200


async def test_stalled_downloads_hold_no_place_of_ordinary_requests(
    gateway: Gateway, bearer: Headers
) -> None:
    export = Export()
    settings = {"requests_per_service_max": 1, "waiting_per_service_max": 0}
    door = await gateway(settings, intake=export)

    async with AsyncExitStack() as stack:
        for number in range(8):
            await stack.enter_async_context(raw(door, download(bearer)))
            begun = number + 1
            await until(lambda: export.begun == begun, seconds=10, what="the export begins")  # noqa: B023 - awaited in this turn
        answers = [await door.get("/v1/dossiers/1", headers=bearer) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5


async def test_whoever_hangs_up_lets_the_service_go_at_once(
    gateway: Gateway, bearer: Headers
) -> None:
    export = Export()
    door = await gateway(intake=export)

    async with raw(door, download(bearer)):
        await until(lambda: export.begun == 1, seconds=10, what="the export begins")

    await until(lambda: export.hung_up == 1, seconds=10, what="the service is let go")


async def test_a_busy_service_is_503_at_once_and_the_others_go_on(
    gateway: Gateway, bearer: Headers
) -> None:
    gate = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await gate.wait()
            await Echo()(scope, receive, send)

    settings = {"requests_per_service_max": 2, "waiting_per_service_max": 1}
    door = await gateway(settings, intake=slow, procedures=Echo())
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(door.get("/v1/dossiers", headers=bearer)) for _ in range(5)]
        await until(lambda: sum(task.done() for task in asked) == 2, seconds=10, what="two are out")
        other = await door.get("/v1/procedures")
        gate.set()

    statuses = sorted(task.result().status_code for task in asked)
    refused = [task.result() for task in asked if task.result().status_code != 200]
    assert statuses == [200, 200, 200, 503, 503]
    assert {answer.json()["code"] for answer in refused} == {"service_busy"}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert other.status_code == 200


@dataclass
class Export:
    """A service with an export that never ends, and short answers for the rest."""

    begun: int = 0
    hung_up: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] != "/v1/downloads/1":
            await Echo()(scope, receive, send)
            return
        self.begun += 1
        await receive()
        gone = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not gone.done():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        self.hung_up += 1


def download(bearer: Headers) -> bytes:
    return head_of("GET /v1/downloads/1", bearer)


async def small_part(door: httpx.AsyncClient, bearer: Headers) -> int:
    """Begin the export and leave."""
    async with door.stream("GET", "/v1/downloads/1", headers=bearer) as answer:
        return answer.status_code
