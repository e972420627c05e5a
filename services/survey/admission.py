"""How often the public may come: counted by the process, and exactly where slips are given."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

import asyncpg
from fastapi import Depends, Request

from services.survey.sources import SENDER
from shared import rates
from shared.clock import moment_of

A_MINUTE: Final = timedelta(seconds=rates.MINUTE)
SENDERS_MAX: Final = 20_000
"""More senders in one minute are counted as one."""
OTHERS: Final = "others"
SLIPS_A_MINUTE: Final = 60
"""From one sender, over all processes; many may sit behind one network."""


class Most(NamedTuple):
    """So often in a minute and process."""

    each: int
    together: int


class Meter:
    """What came in the present minute; nothing of it is written."""

    def __init__(self, most: Most) -> None:
        self._most = most
        self._ends_at: datetime | None = None
        self._together = 0
        self._each: Counter[str] = Counter()

    def admit(self, sender: str | None, now: datetime) -> None:
        """Count one and raise TooMany over the bounds; a sender over its own costs the others none.

        Without a sender (a portal, through which many speak) the bound for all is the only one.
        """
        ends_at = self._ends_at
        if ends_at is None or not ends_at - A_MINUTE <= now < ends_at:
            ends_at = self._ends_at = now + A_MINUTE
            self._together = 0
            self._each.clear()
        if sender is not None:
            known_as = sender if sender in self._each or len(self._each) < SENDERS_MAX else OTHERS
            self._each[known_as] += 1
            _require(self._each[known_as], self._most.each, ends_at, now)
        self._together += 1
        _require(self._together, self._most.together, ends_at, now)


BOUNDS: Final = {
    "slips": Most(each=600, together=12_000),
    "petitions": Most(each=60, together=3000),
    "votes": Most(each=240, together=12_000),
    "visits": Most(each=1200, together=300_000),
    "reading": Most(each=1200, together=60_000),
}


def meters() -> dict[str, Meter]:
    """The meters of one process."""
    return {name: Meter(most) for name, most in BOUNDS.items()}


def bounded(name: str) -> Any:
    """Let a route be asked only so often; routes of one name are counted together."""

    async def admit(request: Request) -> None:
        meter = cast(dict[str, Meter], request.app.state.meters)[name]
        meter.admit(request.headers.get(SENDER), moment_of(request))

    return Depends(admit)


async def admit_slip(connection: asyncpg.Connection, source: bytes, now: datetime) -> None:
    """Take so many slips from one sender, whichever process they reach; raises TooMany."""
    await rates.admit(connection, b"slips/" + source, {rates.MINUTE: SLIPS_A_MINUTE}, now)


def _require(counted: int, most: int, ends_at: datetime, now: datetime) -> None:
    if counted > most:
        raise rates.TooMany(
            "Quá nhiều yêu cầu trong thời gian ngắn; hãy thử lại sau.",
            headers=rates.retry_after([rates.Window(rates.MINUTE, counted, ends_at)], now),
        )
