"""Speaks to the payment platform over HTTP; nothing of a message is logged."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import orjson

from services.intake import outside
from services.intake.settings import PaymentSettings

ANSWER_BYTES_MAX: Final = 256 * 1024
NO_ERROR: Final = "0"
CODE_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class Reply:
    """Whether the platform did it, its code, and what it answered."""

    done: bool
    code: str
    document: Mapping[str, Any] = field(default_factory=dict)


class Transport:
    """An open way to the platform, which has one address for every message."""

    def __init__(self, settings: PaymentSettings, http: aiohttp.ClientSession) -> None:
        self._url = str(settings.endpoint)
        self._http = http

    async def send(self, message: Mapping[str, Any]) -> Reply:
        """Send one message; whatever goes wrong is a reply that says so."""
        try:
            status, read = await outside.post(
                self._http, self._url, message, bytes_max=ANSWER_BYTES_MAX
            )
        except TimeoutError:
            return Reply(False, "timeout")
        except (aiohttp.ClientError, OSError):
            return Reply(False, "connection")
        return _judge(read) if status == outside.HTTP_OK else Reply(False, f"http_{status}")


@asynccontextmanager
async def open_transport(settings: PaymentSettings) -> AsyncIterator[Transport]:
    """Keep connections to the platform for a while."""
    async with outside.connections(settings.timeout_seconds) as http:
        yield Transport(settings, http)


def _judge(read: bytes) -> Reply:
    try:
        document = orjson.loads(read)
        code = str(document["error_code"])[:CODE_MAX]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Reply(False, "unreadable")
    return Reply(code == NO_ERROR, code, document)
