"""Speaks JSON to systems outside; answers are bounded, and nothing of a message is logged."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import orjson

CONNECT_SECONDS_MAX: Final = 5.0
HTTP_OK: Final = 200
HTTP_SERVER: Final = 500
JSON: Final = {"Content-Type": "application/json; charset=utf-8"}

Answer = tuple[int, bytes]


@asynccontextmanager
async def connections(
    timeout_seconds: float, headers: Mapping[str, str] | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Keep connections to one system for a while; what it sets as cookies is not kept."""
    timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=CONNECT_SECONDS_MAX)
    async with aiohttp.ClientSession(
        timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), headers=headers
    ) as http:
        yield http


async def post(
    http: aiohttp.ClientSession, url: str, body: Mapping[str, Any], *, bytes_max: int
) -> Answer:
    """Send JSON and read status and answer; one that is too long counts as the other's failure.

    Raises TimeoutError, aiohttp.ClientError and OSError as the connection does.
    """
    async with http.post(
        url, data=orjson.dumps(body), headers=JSON, allow_redirects=False
    ) as answer:
        told = bytearray()
        async for piece in answer.content.iter_any():
            told += piece
            if len(told) > bytes_max:
                answer.close()
                return HTTP_SERVER, b""
        return answer.status, bytes(told)
