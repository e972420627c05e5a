"""Small real HTTP servers that stand in for the services."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field

import orjson
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.waiting import until


class Quiet(uvicorn.Server):
    """A server that leaves the test process its signals."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


@asynccontextmanager
async def serving(
    app: ASGIApp, http: type[asyncio.Protocol] = HttpToolsProtocol
) -> AsyncIterator[str]:
    """Serve an application on a free port and give its URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_level="critical",
        ws="none",
        http=http,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    server = Quiet(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started, seconds=10, what="the server listens")
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


def free_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{reserved.getsockname()[1]}"


@dataclass
class Echo:
    """Answers with what it was asked, and counts what it received."""

    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    received_bytes: int = 0
    hung_up: bool = False
    requests: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.requests += 1
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.hung_up = True
                return
            chunk = message.get("body", b"")
            self.received_bytes += len(chunk)
            body += chunk[: 64 * 1024 - len(body)]
            more = message.get("more_body", False)
        if self.status == 304:
            await send({"type": "http.response.start", "status": 304, "headers": self.headers})
            await send({"type": "http.response.body", "body": b""})
            return
        seen = {
            "method": scope["method"],
            "path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
            "body": body.decode("utf-8", "replace"),
        }
        await reply(send, self.status, orjson.dumps(seen), self.headers)


async def reply(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Send a whole answer."""
    head = [(b"content-length", str(len(body)).encode()), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def large_answer(chunk: bytes, chunks: int) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """An application that streams a long answer of unknown length."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(chunks):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app
