"""The client of the services reads HTTP/1.1 as it is written, and breaks off what is not that."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from gateway.upstream.connection import BUFFERED_BYTES_MAX, WHOLE_BYTES_MAX, Broken
from gateway.upstream.pool import Pool, Unreachable
from tests.gateway.upstreams import free_url
from tests.waiting import until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Result = tuple[int, bytes]
AHEAD = BUFFERED_BYTES_MAX + 1
"""Just so much that reading is paused by the last piece."""


@dataclass
class Scripted:
    """A server that answers its requests with these bytes, one after the other."""

    answers: Sequence[bytes | None]
    """None hangs up instead."""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while len(self.requests) < len(self.answers):
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self.answers[len(self.requests) - 1]
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                if b"connection: close" in answer.lower():
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def answering(*answers: bytes | None) -> AsyncIterator[tuple[Scripted, Pool]]:
    script = Scripted(answers)
    async with await asyncio.start_server(script.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        pool = Pool(f"http://127.0.0.1:{port}", connect_seconds=2)
        try:
            yield script, pool
        finally:
            pool.close()


async def ask(pool: Pool, method: str = "GET", *, repeatable: bool = True) -> Result:
    """Ask and read everything."""
    async with pool.ask(method, b"/x?y=1", (), b"", seconds=5, repeatable=repeatable) as (
        answer,
        pieces,
    ):
        if answer.whole is not None:
            return answer.status, answer.whole
        return answer.status, b"".join([piece async for piece in pieces])


ENDED = 200, b"to the end"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n"
)


@pytest.mark.parametrize(
    ("method", "answer", "expected", "kept"),
    [
        ("GET", OK, (200, b"{}"), True),
        ("GET", CHUNKED, (200, b"abcde"), True),
        ("GET", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, (200, b"{}"), True),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", (204, b""), True),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nETag: 1\r\n\r\n", (304, b""), True),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", (304, b""), False),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", (200, b""), False),
        ("GET", OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), (200, b"{}"), False),
        ("GET", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end", ENDED, False),
    ],
)
async def test_answers_end_where_they_end_and_the_connection_is_kept_when_it_can_be(
    method: str, answer: bytes, expected: Result, kept: bool
) -> None:
    async with answering(answer, OK) as (script, pool):
        assert await ask(pool, method) == expected
        assert await ask(pool) == (200, b"{}")

    assert script.connections == (1 if kept else 2)


async def test_a_long_answer_comes_in_pieces_and_its_connection_is_kept() -> None:
    size = WHOLE_BYTES_MAX * 4
    long = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    async with answering(long, OK) as (script, pool):
        status, body = await ask(pool)
        await ask(pool)

    assert (status, len(body)) == (200, size)
    assert script.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_an_answer_cut_short_or_garbled_is_broken_and_not_asked_for_again(
    answer: bytes,
) -> None:
    async with answering(OK, answer, OK) as (script, pool):
        await ask(pool)
        with pytest.raises(Broken):
            await ask(pool)

    assert len(script.requests) == 2


async def test_bytes_that_nobody_asked_for_end_the_connection() -> None:
    async with answering(OK + OK, OK) as (script, pool):
        assert await ask(pool) == (200, b"{}")
        assert await ask(pool) == (200, b"{}")

    assert script.connections == 2


async def test_a_stale_connection_is_replaced_only_for_what_may_come_twice() -> None:
    async with answering(OK, None, OK) as (script, pool):
        await ask(pool)
        assert await ask(pool) == (200, b"{}")
    async with answering(OK, None, OK) as (unrepeated, pool):
        await ask(pool)
        with pytest.raises(Broken):
            await ask(pool, "POST", repeatable=False)

    assert (script.connections, len(unrepeated.requests)) == (2, 2)


async def test_who_does_not_listen_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        await ask(Pool(free_url(), connect_seconds=2))


async def test_who_does_not_answer_in_time_is_given_up() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12", OK) as (script, pool):
        with pytest.raises(TimeoutError):
            async with pool.ask("GET", b"/", (), b"", seconds=0.1, repeatable=True):
                raise AssertionError
        assert await ask(pool) == (200, b"{}")

    assert script.connections == 2


async def test_a_body_is_framed_by_its_length_or_in_chunks() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"abc"
        yield b""
        yield b"de"

    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for end in (b"0\r\n\r\n", b"abcde", b"whole", b"content-length: 0\r\n\r\n"):
            seen.append((await reader.readuntil(end)).partition(b"host: ")[2].partition(b"\r\n")[2])
            writer.write(OK)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        pool = Pool(f"http://127.0.0.1:{port}", connect_seconds=2)
        sent = ((body(), b""), (body(), b"5"), (b"whole", b""), (b"", b""))
        for given, length in sent:
            async with pool.ask(
                "POST", b"/", ((b"x-a", b"1"),), given, seconds=5, repeatable=False, length=length
            ) as (answer, _):
                assert answer.status == 200
        pool.close()

    assert seen == [
        b"x-a: 1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        b"x-a: 1\r\ncontent-length: 5\r\n\r\nabcde",
        b"x-a: 1\r\ncontent-length: 5\r\n\r\nwhole",
        b"x-a: 1\r\ncontent-length: 0\r\n\r\n",
    ]


async def test_whoever_comes_after_a_reader_that_lagged_behind_is_heard() -> None:
    long = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % AHEAD + b"x" * AHEAD
    async with answering(long, OK) as (script, pool):
        async with pool.ask("GET", b"/", (), b"", seconds=5, repeatable=True) as (_, pieces):
            connection = pieces.ag_frame.f_locals["self"]  # type: ignore[attr-defined]
            await until(lambda: connection.finished, seconds=10, what="all has come unread")
            assert len(b"".join([piece async for piece in pieces])) == AHEAD
        assert await ask(pool) == (200, b"{}")

    assert script.connections == 1
