"""Sends a handful of events: those of one dossier one after another, dossiers side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.webhooks.sending import Outcome
from shared.delivery.incoming import Incoming

AT_ONCE_MAX = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """An attempt and what it came to."""

    event: Incoming
    at: datetime
    repeat: bool
    outcome: Outcome


Send = Callable[[Incoming], Awaitable[Sent]]


async def send(events: Sequence[Incoming], attempt: Send, stopping: asyncio.Event) -> list[Sent]:
    """Attempt the events; after the first failure nothing more is begun.

    Gives every attempt in the order they ended.
    """
    ended: list[Sent] = []
    failed = asyncio.Event()
    places = asyncio.Semaphore(AT_ONCE_MAX)

    async def follow(chain: Sequence[Incoming]) -> None:
        for event in chain:
            async with places:
                if failed.is_set() or stopping.is_set():
                    return
                sent = await attempt(event)
            ended.append(sent)
            if not sent.outcome.delivered:
                failed.set()

    async with asyncio.TaskGroup() as group:
        for chain in _by_aggregate(events):
            group.create_task(follow(chain))
    return ended


def _by_aggregate(events: Sequence[Incoming]) -> list[list[Incoming]]:
    chains: dict[str, list[Incoming]] = {}
    for event in events:
        chains.setdefault(event.aggregate, []).append(event)
    return list(chains.values())
