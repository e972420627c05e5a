"""A client of the door that keeps to no rule of HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson


@dataclass
class Raw:
    """A client that writes what it likes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def closed_by_the_other_side(self) -> bytes:
        """Everything that came until the connection was closed."""
        try:
            return await self.reader.read()
        except ConnectionError:
            return b""


def head_of(line: str, *headers: dict[str, str] | str) -> bytes:
    """A request's head: its line, and headers by name or as they are written."""
    lines = [f"{line} HTTP/1.1", "Host: x"]
    for given in headers:
        lines += [given] if isinstance(given, str) else [f"{n}: {v}" for n, v in given.items()]
    return "\r\n".join([*lines, "", ""]).encode()


async def answer_of(client: Raw) -> tuple[int, Any]:
    """The status and the JSON of the next answer."""
    head = await client.reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    return int(head[9:12]), orjson.loads(await client.reader.readexactly(length))


@asynccontextmanager
async def raw(door: httpx.AsyncClient, first: bytes = b"") -> AsyncIterator[Raw]:
    """Connect to the door and write something."""
    reader, writer = await asyncio.open_connection(door.base_url.host, door.base_url.port)
    writer.write(first)
    try:
        yield Raw(reader, writer)
    finally:
        writer.close()


def problem(answer: bytes) -> tuple[int, str]:
    """The status and code of a whole refusal."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    return int(head[9:12]), orjson.loads(body)["code"]
