"""The trial service's worker, as a process of its own; run by a test."""

import asyncio
import os

from shared.delivery.relay import Relay
from shared.settings import ServiceSettings
from shared.worker import run
from tests.shared.delivery.service import METADATA, SERVICE, Trial


async def break_down(_: Relay) -> None:
    """Be a bug in the kernel."""
    await asyncio.sleep(0)
    raise RuntimeError("a bug in the relay")


if __name__ == "__main__":
    if "BUG" in os.environ:
        Relay.run = break_down  # type: ignore[method-assign, assignment] # the bug
    settings = ServiceSettings(
        service=SERVICE,
        database_url=os.environ["DATABASE_URL"],
        worker_port=int(os.environ["PORT"]),
    )
    run(settings, metadata=METADATA, handlers=Trial().handlers)
