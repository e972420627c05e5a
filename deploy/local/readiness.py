"""Questions a process must answer with yes before it counts as ready."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import asyncpg

Ready = Callable[[], Awaitable[bool]]

ANSWER_SECONDS = 2.0
ANSWER_BYTES_MAX = 64


def http(port: int, path: str) -> Ready:
    """Ask whether GET of the path answers 200."""

    async def ask() -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await _status_is_200(port, path)
        except OSError:  # Also TimeoutError.
            return False

    return ask


async def _status_is_200(port: int, path: str) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        line = await reader.read(ANSWER_BYTES_MAX)
        return line.split(b" ")[1:2] == [b"200"]
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def database(url: str) -> Ready:
    """Ask whether PostgreSQL lets us in (it refuses while it starts or recovers)."""

    async def ask() -> bool:
        try:
            connection = await asyncpg.connect(url, timeout=ANSWER_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True

    return ask
