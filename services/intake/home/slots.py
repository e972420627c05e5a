"""Free times for a visit: what fits an officer's hours between the visits they have; pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

GRID = timedelta(minutes=30)
"""Free times are offered every half hour; a visit may be booked at any minute."""


class Span(NamedTuple):
    """From a moment to another, which does not belong to it."""

    start: datetime
    end: datetime

    def holds(self, other: "Span") -> bool:
        """Whether the other lies whole in this one."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: "Span") -> bool:
        """Whether both share a moment."""
        return self.start < other.end and other.start < self.end

    def with_travel(self, travel: timedelta) -> "Span":
        """The time that a visit takes of an officer: the way to the next one too."""
        return Span(self.start, self.end + travel)


def free(
    window: Span, taken: Sequence[Span], *, visit: timedelta, travel: timedelta, now: datetime
) -> Iterator[Span]:
    """Tell the visits that still fit a window; `taken` is with travel."""
    begin = window.start
    while begin + visit <= window.end:
        offered = Span(begin, begin + visit)
        occupied = offered.with_travel(travel)
        if begin > now and not any(occupied.meets(other) for other in taken):
            yield offered
        begin += GRID
