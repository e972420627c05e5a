"""Speaks to a carrier's API over HTTP; nothing of an order is logged, and only a yes is a yes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import orjson

from services.intake import outside
from services.intake.settings import CarrierSettings

ANSWER_BYTES_MAX: Final = 4 * 1024 * 1024
"""A thousand messages of a page, generously."""

PAGE_SIZE: Final = 1000
DONE: Final = "100"
CODE_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class Reply:
    """Whether the carrier did it, its code, and what it answered."""

    done: bool
    code: str
    document: Any = None


class Transport:
    """An open way to one carrier: place an order, call it off, ask for news."""

    def __init__(self, settings: CarrierSettings, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._http = http

    async def place(self, order: Mapping[str, Any]) -> Reply:
        """Send an order in the carrier's field names."""
        told = {"customerCode": self._settings.customer_code} | dict(order)
        return await self._ask(str(self._settings.order_endpoint), told)

    async def cancel(self, order_number: str) -> Reply:
        """Call an order off."""
        if self._settings.cancel_endpoint is None:
            return Reply(False, "no_cancel_endpoint")
        told = {"customerCode": self._settings.customer_code, "orderNumber": order_number}
        return await self._ask(str(self._settings.cancel_endpoint), told)

    async def news(self, last_id: str) -> Reply:
        """Ask for the page of messages after an id."""
        told = {"pageSize": PAGE_SIZE, "lastId": last_id}
        return await self._ask(str(self._settings.tracking_endpoint), told)

    async def _ask(self, url: str, body: Mapping[str, Any]) -> Reply:
        try:
            status, read = await outside.post(self._http, url, body, bytes_max=ANSWER_BYTES_MAX)
        except TimeoutError:
            return Reply(False, "timeout")
        except (aiohttp.ClientError, OSError):
            return Reply(False, "connection")
        return _judge(read) if status == outside.HTTP_OK else Reply(False, f"http_{status}")


@asynccontextmanager
async def open_transport(settings: CarrierSettings) -> AsyncIterator[Transport]:
    """Keep connections to a carrier for a while."""
    headers = {name: value.get_secret_value() for name, value in settings.headers.items()}
    async with outside.connections(settings.timeout_seconds, headers) as http:
        yield Transport(settings, http)


def _judge(read: bytes) -> Reply:
    try:
        document = orjson.loads(read)
        code = str(document["Status"])[:CODE_MAX]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Reply(False, "unreadable")
    return Reply(code == DONE, code, document)
