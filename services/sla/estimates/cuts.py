"""By how much a limit could be cut and still be kept: exact arithmetic on whole working days."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from shared.working_time import LEGAL_DAY_MINUTES


class Cut(NamedTuple):
    """A shorter limit, in whole working days, and how many lives it would have held for."""

    days: int
    days_less: Fraction
    in_time: int


def shortest(histogram: Mapping[int, int], limit_minutes: int, percent: int) -> Cut | None:
    """Find the shortest limit that still holds for so many percent; None when none is shorter.

    `histogram` counts lives by the whole working days that their net time fills, begun ones too.
    """
    lives = sum(histogram.values())
    in_time = histogram.get(0, 0)
    longest = -(-limit_minutes // LEGAL_DAY_MINUTES) - 1
    for days in range(1, longest + 1):
        in_time += histogram.get(days, 0)
        if lives and 100 * in_time >= percent * lives:
            return Cut(days, Fraction(limit_minutes, LEGAL_DAY_MINUTES) - days, in_time)
    return None
