"""Where a request begins and ends, and what belongs to it, nobody can make the door mistake."""

import asyncio

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.limits import connections
from tests.gateway.conftest import Gateway
from tests.gateway.raw import answer_of, head_of, problem, raw
from tests.gateway.upstreams import Echo
from tests.waiting import until

Headers = dict[str, str]
LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"


def filing(bearer: Headers, *more: bytes) -> bytes:
    """The head of a filing with these lines."""
    return head_of("POST /v1/dossiers", bearer, *(line.decode() for line in more))


async def read_so_far(door: httpx.AsyncClient) -> None:
    """Return when the door, which lives in this loop, has read what was written before."""
    assert (await door.get("/health/live")).status_code == 200


async def test_a_trailer_is_no_header(gateway: Gateway, bearer: Headers) -> None:
    echo = Echo()
    door = await gateway(intake=echo)
    body = b"2\r\n{}\r\n0\r\nIf-Match: 7\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n"

    async with raw(door, filing(bearer, b"Transfer-Encoding: chunked") + body) as client:
        status, seen = await answer_of(client)

    assert (status, seen["body"]) == (200, "{}")
    assert {"if-match", "x-forwarded-for"}.isdisjoint(name for name, _ in seen["headers"])


async def test_a_trailer_names_no_caller(gateway: Gateway, bearer: Headers) -> None:
    echo = Echo()
    door = await gateway(intake=echo)
    head = b"POST /v1/dossiers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    trailer = f"Authorization: {bearer['Authorization']}\r\n\r\n".encode()

    async with raw(door, head + b"0\r\n" + trailer) as client:
        status, refusal = await answer_of(client)

    assert (status, refusal["code"]) == (401, "unauthenticated")
    assert echo.requests == 0


@pytest.mark.parametrize(
    "endless", [b"a: b\r\n", b"x" * 1000], ids=["trailers without end", "a trailer without end"]
)
async def test_what_is_neither_head_nor_body_is_bounded(
    gateway: Gateway, bearer: Headers, endless: bytes
) -> None:
    door = await gateway(intake=Echo())
    first = filing(bearer, b"Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\na: "

    async with raw(door, first) as client:
        await read_so_far(door)
        client.writer.write(endless * (2 * connections.HEAD_BYTES_MAX // len(endless)))
        assert problem(await client.closed_by_the_other_side()) == (431, "headers_too_large")


@pytest.mark.parametrize("wish", ["h2c", "websocket", "TLS/1.0"])
@pytest.mark.parametrize("apart", [False, True])
async def test_whoever_would_rather_speak_something_else_is_heard_in_http(
    gateway: Gateway, bearer: Headers, wish: str, *, apart: bool
) -> None:
    echo = Echo()
    door = await gateway(intake=echo)
    body = b"GET /v1/dossiers HTTP/1.1\r\nHost: x\r\n\r\n"
    upgrade = (b"Connection: Upgrade, HTTP2-Settings", f"Upgrade: {wish}".encode())
    head = filing(bearer, *upgrade, b"HTTP2-Settings: AA", b"Content-Length: %d" % len(body))

    async with raw(door, head if apart else head + body) as client:
        if apart:
            await read_so_far(door)
            client.writer.write(body)
        status, seen = await answer_of(client)
        client.writer.write(LIVE)
        assert await answer_of(client) == (200, {"status": "live"})

    assert (status, seen["body"].encode()) == (200, body)
    names = {name for name, _ in seen["headers"]}
    assert {"upgrade", "http2-settings", "keep-alive"}.isdisjoint(names)
    assert echo.requests == 1


async def test_a_wish_told_in_pieces_makes_no_second_request_of_a_body(
    gateway: Gateway, bearer: Headers
) -> None:
    echo = Echo()
    door = await gateway(intake=echo)
    head = filing(
        bearer, b"Connection: Upgrade", b"Upgrade: h2c", b"Content-Length: %d" % len(LIVE)
    )
    middle = head.index(b"grade: h2c")

    async with raw(door, head[:middle]) as client:
        await read_so_far(door)
        client.writer.write(head[middle:] + LIVE)
        answer = await client.closed_by_the_other_side()

    assert answer.count(b"HTTP/1.1 ") == 1
    assert problem(answer) == (400, "malformed_http")
    assert echo.requests == 0


@pytest.mark.parametrize(
    "lines", [b"", b"Host: x\r\nHost: y\r\n", b"Host: x\r\n" + b"Authorization: Bearer a\r\n" * 2]
)
async def test_nobody_can_be_two_callers_or_mean_two_hosts(gateway: Gateway, lines: bytes) -> None:
    door = await gateway(procedures=Echo())

    async with raw(door, b"GET /v1/procedures HTTP/1.1\r\n" + lines + b"\r\n") as client:
        assert problem(await client.closed_by_the_other_side()) == (400, "malformed_http")


async def test_empty_lines_do_not_keep_a_connection(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = await gateway()

    async with raw(door, LIVE) as client:
        await answer_of(client)
        monkeypatch.setattr(connections, "HEAD_SECONDS_MAX", 0.1)
        client.writer.write(b"\r\n")
        assert await client.closed_by_the_other_side() == b""


class Late:
    """A service that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.may = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.asked += 1
            await self.may.wait()
            await Echo()(scope, receive, send)


async def test_the_refusal_of_a_later_request_is_no_answer_to_an_earlier_one(
    gateway: Gateway, bearer: Headers
) -> None:
    late = Late()
    door = await gateway(intake=late)

    async with raw(door, filing(bearer, b"Content-Length: 2") + b"{}") as client:
        await until(lambda: late.asked == 1, seconds=10, what="the first is asked")
        client.writer.write(b"nonsense\r\n\r\n")
        assert await client.closed_by_the_other_side() == b""
        late.may.set()


async def test_a_later_request_may_take_its_time_after_an_earlier_answer(
    gateway: Gateway, bearer: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LINGER_SECONDS_MAX", 0)
    late = Late()
    door = await gateway(intake=late)

    async with raw(door, filing(bearer, b"Content-Length: 2") + b"{}") as client:
        await until(lambda: late.asked == 1, seconds=10, what="the first is asked")
        client.writer.write(filing(bearer, b"Content-Length: 4") + b"{")
        await read_so_far(door)
        late.may.set()
        first = await answer_of(client)
        await read_so_far(door)
        client.writer.write(b"  }")
        second = await answer_of(client)

    assert [status for status, _ in (first, second)] == [200, 200]
    assert second[1]["body"] == "{  }"
