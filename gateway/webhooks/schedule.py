"""When a delivery that failed is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

JITTER = 0.2
"""Delays vary by this part, so that receivers that died together are not asked together."""

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Growing delays, the last of which repeats until the patience is over."""

    delays: tuple[timedelta, ...] = (
        5 * SECOND,
        30 * SECOND,
        2 * MINUTE,
        10 * MINUTE,
        30 * MINUTE,
        1 * HOUR,
        2 * HOUR,
        4 * HOUR,
        6 * HOUR,
    )
    patience: timedelta = timedelta(days=3)

    def next_try(self, failed: int, now: datetime, chance: Random) -> datetime:
        """When to try again after so many failures in a row, the first being 1."""
        delay = self.delays[min(failed, len(self.delays)) - 1]
        return now + delay * (1 + JITTER * (2 * chance.random() - 1))

    def is_over(self, failing_since: datetime, now: datetime) -> bool:
        """Tell whether the receiver has been failing for too long."""
        return now - failing_since >= self.patience
