"""What all deliveries work with."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from nats.aio.client import Client

from gateway.webhooks.buckets import Buckets
from gateway.webhooks.journal import Journal
from gateway.webhooks.notices import Notices
from gateway.webhooks.schedule import Schedule
from gateway.webhooks.sending import Sender
from shared.clock import present


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, so many seconds at most."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


@dataclass(frozen=True)
class Means:
    """What every delivery works with; a test passes a clock of its own and the way it passes."""

    client: Client
    buckets: Buckets
    journal: Journal
    sender: Sender
    notices: Notices
    schedule: Schedule = field(default_factory=Schedule)
    now: Callable[[], datetime] = present
    wait: Callable[[asyncio.Event, float], Awaitable[None]] = wait
    chance: Random = field(default_factory=Random)
