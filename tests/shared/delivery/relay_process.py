"""A relay of its own process that dies between publishing and forgetting; run by a test."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from shared.delivery import broker
from shared.delivery.publisher import Publisher, Row
from shared.delivery.relay import Relay


class Mortal(Publisher):
    """Publishes, and is killed before anybody hears of it."""

    async def all(self, rows: Sequence[Row], *, seconds: float = 5) -> list[int]:
        acked = await super().all(rows, seconds=seconds)
        if acked:
            os.kill(os.getpid(), signal.SIGKILL)
        return acked


async def main(database_url: str, nats_url: str, service: str, fate: str) -> None:
    client = await broker.connect(nats_url)
    relay = Relay(database_url, service, client, publisher=Mortal if fate == "dies" else Publisher)
    await relay.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
