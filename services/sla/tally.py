"""Report counters folded in memory: what a batch adds to days, months and opening balances."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from operator import add
from typing import NamedTuple

from services.sla.stand import MEASURES, STATES, Measure, Stand, put

MEASURE_COUNT = len(MEASURES)
FIRST_STATE = STATES[0]

Row = tuple[date | str | int, ...]
"""A period's first day, the four parts of the key, and the measures."""


class Key(NamedTuple):
    """What the reports tell apart: the competent agency and the pinned procedure's words."""

    agency: str
    procedure: str
    field: str
    channel: str


class Tally:
    """Sums by key and day; a sum of zero is left out, so that order and batches do not show."""

    def __init__(self) -> None:
        self._cells: dict[Key, dict[date, list[int]]] = {}

    def add(self, key: Key, measure: Measure, day: date, count: int) -> None:
        """Count on a day."""
        days = self._cells.get(key)
        if days is None:
            days = self._cells[key] = {}
        cell = days.get(day)
        if cell is None:
            cell = days[day] = [0] * MEASURE_COUNT
        cell[measure] += count

    def put(self, key: Key, stand: Stand, day: date, sign: int) -> None:
        """Take (+1) or leave (-1) a stand."""
        for measure, counted_on in put(stand, day):
            self.add(key, measure, counted_on, sign)

    def days(self) -> list[Row]:
        """The day counters, in the order of their key: two writers never cross."""
        return sorted(
            (day, *key, *cell)
            for key, days in self._cells.items()
            for day, cell in days.items()
            if any(cell)
        )

    def months(self, opened: Sequence[date]) -> tuple[list[Row], list[Row]]:
        """The month counters, and what opened months (sorted) add to their balances."""
        months: list[Row] = []
        balances: list[Row] = []
        for key, days in self._cells.items():
            cells = _by_month(days)
            months.extend((month, *key, *cell) for month, cell in cells if any(cell))
            balances.extend((month, *key, *states) for month, states in _carried(cells, opened))
        months.sort()
        balances.sort()
        return months, balances


def _by_month(days: dict[date, list[int]]) -> list[tuple[date, list[int]]]:
    """A key's months in order."""
    months: dict[date, list[int]] = {}
    for day, cell in days.items():
        month = day.replace(day=1)
        known = months.get(month)
        months[month] = cell if known is None else list(map(add, known, cell))
    return sorted(months.items())


def _carried(
    months: Sequence[tuple[date, list[int]]], opened: Sequence[date]
) -> Iterator[tuple[date, list[int]]]:
    """Carry each change of state into every opened month after it, until it is taken back."""
    state = [0] * len(STATES)
    for place, (month, cell) in enumerate(months):
        state = list(map(add, state, cell[FIRST_STATE:]))
        if not any(state):
            continue
        last = months[place + 1][0] if place + 1 < len(months) else date.max
        for later in opened[bisect_right(opened, month) : bisect_right(opened, last)]:
            yield later, state
