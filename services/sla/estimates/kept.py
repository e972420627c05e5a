"""Answers that everybody asks for, kept in this process for a while."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

KEPT_SECONDS: Final = 600
KEPT_MAX: Final = 2000

Key = tuple[str, ...]


class Kept:
    """Bodies by what was asked; the oldest go first when there are too many."""

    def __init__(self) -> None:
        self._bodies: dict[Key, tuple[datetime, bytes]] = {}

    async def get(self, key: Key, now: datetime, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The kept body, or a new one when none is young enough; what `make` raises is not kept."""
        known = self._bodies.get(key)
        if known is not None and now < known[0]:
            return known[1]
        body = await make()
        self._bodies.pop(key, None)
        if len(self._bodies) >= KEPT_MAX:
            del self._bodies[next(iter(self._bodies))]
        self._bodies[key] = now + timedelta(seconds=KEPT_SECONDS), body
        return body
