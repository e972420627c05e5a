"""What a clock can be doing, what it cannot bear, and the time over which it did not run."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Phase(StrEnum):
    """What a clock is doing."""

    RUNNING = "running"
    WAITING = "waiting"
    SUSPENDED = "suspended"
    ENDED = "ended"


class ClockRefuses(ValueError):
    """An entry that cannot follow what the ledger holds; nothing was changed."""


class Lapse(NamedTuple):
    """A time over which the limit did not run; `given_back` when the due moved by it."""

    since: datetime
    until: datetime
    given_back: bool
