"""What goes through the gateway comes out as it went in."""

import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from tests.gateway.conftest import Gateway
from tests.gateway.upstreams import Echo, large_answer
from tests.waiting import until

MIB = 1024 * 1024
Headers = dict[str, str]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_forwards_method_path_query_body_and_status(
    gateway: Gateway, bearer: Headers, method: str
) -> None:
    door = await gateway(intake=Echo(status=207, headers=[(b"etag", b'"7"')]))

    answer = await door.request(
        method,
        "/v1/dossiers/H20.40%2F01/steps?after=a%20b&x=1&x=2",
        content="hồ sơ".encode() if method != "GET" else None,
        headers=bearer,
    )

    seen = answer.json()
    assert answer.status_code == 207
    assert answer.headers["etag"] == '"7"'
    assert seen["method"] == method
    assert seen["path"] == "/v1/dossiers/H20.40%2F01/steps"
    assert seen["query"] == "after=a%20b&x=1&x=2"
    assert seen["body"] == ("hồ sơ" if method != "GET" else "")


async def test_passes_headers_on_but_not_those_of_the_connection(
    gateway: Gateway, bearer: Headers
) -> None:
    door = await gateway(intake=Echo(headers=[(b"keep-alive", b"5"), (b"x-kept", b"yes")]))

    of_the_connection = {"Connection": "keep-alive, X-Private", "X-Private": "1", "TE": "trailers"}
    answer = await door.get("/v1/dossiers", headers=bearer | of_the_connection | {"If-Match": "3"})

    names = [name for name, _ in answer.json()["headers"]]
    sent = dict(answer.json()["headers"])
    assert sent["authorization"] == bearer["Authorization"]
    assert sent["if-match"] == "3"
    assert {"x-private", "te", "connection"}.isdisjoint(names)
    assert len(names) == len(set(names))
    assert answer.headers["x-kept"] == "yes"
    assert "keep-alive" not in answer.headers
    assert len(answer.headers.get_list("date")) == 1


async def test_keeps_a_given_request_id_and_makes_one_otherwise(
    gateway: Gateway, bearer: Headers
) -> None:
    door = await gateway(intake=Echo(headers=[(b"x-request-id", b"from-service")]))

    given = await door.get("/v1/dossiers", headers=bearer | {"X-Request-Id": "abc-123"})
    made = await door.get("/v1/dossiers", headers=bearer | {"X-Request-Id": "bad id!"})

    assert given.headers.get_list("x-request-id") == ["abc-123"]
    assert dict(given.json()["headers"])["x-request-id"] == "abc-123"
    assert dict(made.json()["headers"])["x-request-id"] == made.headers["x-request-id"]
    assert made.headers["x-request-id"] != "bad id!"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/imports/dossiers"), ("PATCH", "/v1/uploads/1")],
)
async def test_streams_a_long_body_in_bounded_memory(
    gateway: Gateway, bearer: Headers, method: str, path: str
) -> None:
    echo = Echo()
    door = await gateway(intake=echo)

    async def history() -> AsyncIterator[bytes]:
        for _ in range(512):
            yield b"x" * (128 * 1024)

    tracemalloc.start()
    try:
        answer = await door.request(method, path, content=history(), headers=bearer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert answer.status_code == 200
    assert echo.received_bytes == 64 * MIB
    assert peak < 8 * MIB


async def test_streams_a_long_answer_in_bounded_memory(gateway: Gateway, bearer: Headers) -> None:
    door = await gateway(intake=large_answer(b"y" * 65536, 1024))
    taken = 0
    tracemalloc.start()
    try:
        async with door.stream("GET", "/v1/dossiers", headers=bearer) as answer:
            async for chunk in answer.aiter_raw():
                taken += len(chunk)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert taken == 64 * MIB
    assert peak < 8 * MIB


@pytest.mark.parametrize("chunked", [False, True])
async def test_refuses_a_body_above_the_bound_before_it_reaches_the_service(
    gateway: Gateway, bearer: Headers, chunked: bool
) -> None:
    echo = Echo()
    door = await gateway(intake=echo)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b"x" * 65536

    content = pieces() if chunked else b"x" * (MIB + 1)
    answer = await door.post("/v1/dossiers", content=content, headers=bearer)

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert echo.requests == 0


async def test_an_import_cut_off_by_the_client_never_looks_complete_to_the_service(
    gateway: Gateway, bearer: Headers
) -> None:
    echo = Echo()
    door = await gateway(intake=echo)

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * (256 * 1024)
        await until(lambda: echo.received_bytes > 0, seconds=10, what="the service reads")
        raise EOFError

    with pytest.raises(EOFError):
        await door.post("/v1/imports/dossiers", content=broken(), headers=bearer)

    await until(lambda: echo.hung_up, seconds=10, what="the service sees the hang-up")


async def test_answers_head_and_empty_answers_without_a_body(
    gateway: Gateway, bearer: Headers
) -> None:
    door = await gateway(procedures=Echo(), intake=Echo(status=304))

    head = await door.head("/v1/procedures")
    unchanged = await door.get("/v1/dossiers/1", headers=bearer)

    assert head.status_code == 200
    assert int(head.headers["content-length"]) > 0
    assert head.content == b""
    assert unchanged.status_code == 304


async def test_does_not_follow_redirects_or_keep_cookies(gateway: Gateway, bearer: Headers) -> None:
    echo = Echo(status=303, headers=[(b"location", b"/v1/dossiers/2"), (b"set-cookie", b"a=1")])
    door = await gateway(intake=echo)

    await door.get("/v1/dossiers/1", headers=bearer)
    async with httpx.AsyncClient(base_url=door.base_url) as other:
        second = await other.get("/v1/dossiers/1", headers=bearer)

    assert second.status_code == 303
    assert second.headers["location"] == "/v1/dossiers/2"
    assert "cookie" not in dict(second.json()["headers"])


async def test_a_header_that_any_line_declares_to_be_of_the_connection_stays_here(
    gateway: Gateway, bearer: Headers
) -> None:
    door = await gateway(intake=Echo())
    lines = [("Connection", "x-private"), ("Connection", "keep-alive"), ("X-Private", "1")]

    answer = await door.get("/v1/dossiers", headers=[*bearer.items(), *lines])

    assert "x-private" not in dict(answer.json()["headers"])


async def test_whoever_asks_for_the_head_only_gets_that_of_the_answer(
    gateway: Gateway, bearer: Headers
) -> None:
    asked: list[str] = []

    async def only_reads(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            asked.append(scope["method"])
            await Echo(headers=[(b"etag", b'"7"')])(scope, receive, send)

    door = await gateway(intake=only_reads)

    head = await door.head("/v1/dossiers", headers=bearer)

    assert (head.status_code, head.headers["etag"], head.content) == (200, '"7"', b"")
    assert int(head.headers["content-length"]) > 0
    assert asked == ["GET"]
    assert (await door.head("/v1/dossiers")).status_code == 401
