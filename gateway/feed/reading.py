"""Reads what the stream holds for a filter; each read is bounded and leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from nats.aio.client import Client

from gateway.feed.cursors import extent
from gateway.feed.filters import Filter
from shared.delivery.broker import STREAM, jetstream
from shared.delivery.incoming import Incoming
from shared.delivery.puller import Puller, PullerDead

WAITERS_MAX = 32
"""Requests of a process that wait for events at once; the next are answered without waiting."""

SCANNED_MAX = 5_000
SCAN_SECONDS_MAX = 5.0
BATCH_MAX = 500
_waiting = asyncio.Semaphore(WAITERS_MAX)


@dataclass(frozen=True, slots=True)
class Page:
    """Events in stream order, the cursor after them, and whether more wait there now."""

    events: Sequence[Incoming]
    next: str
    more: bool


async def page(
    client: Client, wanted: Filter, *, after: str | None, limit: int, wait_seconds: float = 0
) -> Page:
    """Read the next events after a cursor; waits for one only when there is none.

    Raises what `Extent.position` raises.
    """
    reach = await extent(jetstream(client), STREAM)
    start = reach.position(after)
    found = _Found(limit, start, reach.last)
    async with reader(client, STREAM, wanted.subjects(), start, batch_max=BATCH_MAX) as puller:
        if wait_seconds and not puller.pending and not _waiting.locked():
            async with _waiting:
                await _fill(found, puller, wanted, wait_seconds)
        else:
            await _fill(found, puller, wanted, 0)
    return Page(found.events, reach.cursor(found.position), found.more)


class _Found:
    """What one read has found so far, and how far it has looked."""

    def __init__(self, limit: int, position: int, last: int) -> None:
        self.events: list[Incoming] = []
        self.position = position
        self.more = True
        self.scanned = 0
        self.left = False
        self._limit = limit
        self._last = last

    @property
    def full(self) -> bool:
        return len(self.events) >= self._limit

    def take(self, batch: Sequence[Incoming], wanted: Filter) -> None:
        """Take from a batch what is wanted, up to the limit."""
        for event in batch:
            if self.full:
                self.left = True
                return
            self.scanned += 1
            self.position = event.position
            if wanted.matches(event):
                self.events.append(event)

    def end(self) -> None:
        """Everything that was there is read, also what the broker left out by subject."""
        self.position = max(self.position, self._last)
        self.more = False


async def _fill(found: _Found, puller: Puller, wanted: Filter, wait_seconds: float) -> None:
    until = monotonic() + SCAN_SECONDS_MAX
    waits_until = monotonic() + wait_seconds
    while not found.full and found.scanned < SCANNED_MAX:
        left = (until if puller.pending else waits_until) - monotonic()
        if not puller.pending and (found.events or left <= 0):
            found.end()
            return
        if left <= 0:
            return
        found.take(await puller.next(left), wanted)
    if not puller.pending and not found.left:
        found.end()


@asynccontextmanager
async def reader(
    client: Client, stream: str, subjects: list[str], after: int, *, batch_max: int
) -> AsyncIterator[Puller]:
    """Open a throw-away consumer behind a position and give it back at the end."""
    puller = Puller(client, stream, batch_max=batch_max)
    try:
        await puller.open(subjects, after + 1)
        yield puller
    finally:
        await puller.close()


async def stored(
    client: Client, stream: str, subjects: list[str], *, seconds_max: float = SCAN_SECONDS_MAX
) -> list[Incoming]:
    """Read everything that is under these subjects now; for small streams with a bound."""
    found: list[Incoming] = []
    async with reader(client, stream, subjects, 0, batch_max=BATCH_MAX) as puller:
        while puller.pending:
            batch = await puller.next(seconds_max)
            if not batch:
                raise PullerDead("no answer in time")
            found += batch
    return found
