"""The connections to one service: taken for an exchange, kept when it went well."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from gateway.headers import Header
from gateway.upstream.connection import Answer, Broken, Connection

KEPT_SECONDS = 60.0
"""Below the services' 75 s, so that it is the gateway that lets an idle connection go."""
HTTP_PORT = 80
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Unreachable(ConnectionError):
    """No connection could be made: the service has not seen the request."""


class Pool:
    """Connections to one address; how many there are is bounded by who asks."""

    def __init__(self, url: str, *, connect_seconds: float) -> None:
        place = urlsplit(url)
        self._host, self._port = place.hostname or "", place.port or HTTP_PORT
        self._prefix = place.path.encode()
        self._host_line = f"host: {place.netloc}\r\n".encode()
        self._connect_seconds = connect_seconds
        self._idle: deque[tuple[float, Connection]] = deque()

    @asynccontextmanager
    async def ask(
        self,
        method: str,
        target: bytes,
        headers: Sequence[Header],
        body: bytes | AsyncIterator[bytes],
        *,
        seconds: float,
        repeatable: bool,
        length: bytes = b"",
    ) -> AsyncIterator[tuple[Answer, AsyncIterator[bytes]]]:
        """Ask the service; gives its answer and, of a long one, the body as it comes.

        A request that may safely come twice is sent once more when a kept connection proved stale.
        A long body with a declared length keeps it. Raises Unreachable, Broken or TimeoutError.
        """
        head = self._head(method, target, headers, body, length)
        if not isinstance(body, bytes) and not length:
            body = _chunked(body)
        head_only = method == "HEAD"
        connection = self._kept() or await self._connect()
        try:
            answer = await connection.exchange(head, body, head_only=head_only, seconds=seconds)
        except Broken as stale:
            if not repeatable or not connection.used or stale.heard:
                raise
            connection = await self._connect()
            answer = await connection.exchange(head, body, head_only=head_only, seconds=seconds)
        try:
            yield answer, connection.pieces(seconds=seconds)
        finally:
            self._keep(connection)

    def close(self) -> None:
        """Let every idle connection go."""
        while self._idle:
            self._idle.pop()[1].close()

    def _head(
        self,
        method: str,
        target: bytes,
        headers: Sequence[Header],
        body: bytes | AsyncIterator[bytes],
        length: bytes,
    ) -> bytes:
        lines = [b"%b %b%b HTTP/1.1\r\n" % (method.encode(), self._prefix, target), self._host_line]
        lines += [b"%b: %b\r\n" % header for header in headers]
        if isinstance(body, bytes):
            if body or method in WITH_BODY:
                lines.append(b"content-length: %d\r\n" % len(body))
        else:
            framing = b"content-length: " + length if length else b"transfer-encoding: chunked"
            lines.append(framing + b"\r\n")
        lines.append(b"\r\n")
        return b"".join(lines)

    def _kept(self) -> Connection | None:
        """The connection used last, so that those not needed grow old and go."""
        while self._idle and self._idle[0][0] < time.monotonic() - KEPT_SECONDS:
            self._idle.popleft()[1].close()
        while self._idle:
            connection = self._idle.pop()[1]
            if connection.open:
                return connection
        return None

    async def _connect(self) -> Connection:
        try:
            async with asyncio.timeout(self._connect_seconds):
                _, connection = await asyncio.get_running_loop().create_connection(
                    Connection, self._host, self._port
                )
        except OSError as failure:
            raise Unreachable(str(failure)) from failure
        return connection

    def _keep(self, connection: Connection) -> None:
        if connection.finished and connection.reusable and connection.open:
            self._idle.append((time.monotonic(), connection))
        else:
            connection.close()


async def _chunked(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in body:
        if chunk:
            yield b"%x\r\n%b\r\n" % (len(chunk), chunk)
    yield b"0\r\n\r\n"
