"""The gateway's own connection to the broker, opened when a request first needs it."""

import asyncio

import nats.errors
import structlog
from fastapi import FastAPI, Request, Response
from nats.aio.client import Client

from shared.delivery import broker
from shared.delivery.puller import PullerDead
from shared.errors import Unavailable, answer

CONNECT_SECONDS_MAX = 2.0
log = structlog.get_logger()


class Broker:
    """One connection of this process; other requests are served while the broker is away."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._connecting: asyncio.Task[Client] | None = None

    async def client(self) -> Client:
        """The connection; raises Unavailable when there is none in time."""
        if self._connecting is None:
            self._connecting = asyncio.create_task(broker.connect(self._url, self._name))
        try:
            async with asyncio.timeout(CONNECT_SECONDS_MAX):
                client = await asyncio.shield(self._connecting)
        except TimeoutError as late:
            raise away() from late
        if not client.is_connected:
            raise away()
        return client

    async def close(self) -> None:
        """Close what was opened."""
        if self._connecting is None:
            return
        if not self._connecting.done():
            self._connecting.cancel()
        opened = (await asyncio.gather(self._connecting, return_exceptions=True))[0]
        if isinstance(opened, Client):
            await opened.close()


def away() -> Unavailable:
    """The refusal while events cannot be had."""
    return Unavailable(
        "Kho sự kiện tạm thời chưa sẵn sàng; hãy thử lại sau giây lát.", code="broker_away"
    )


def install(app: FastAPI) -> None:
    """Answer what a request meets while the broker is away or restarts: come again."""

    async def come_again(_: Request, failure: Exception) -> Response:
        log.warning("broker away", error=repr(failure))
        return answer(away())

    for failure in (nats.errors.Error, PullerDead):
        app.add_exception_handler(failure, come_again)
