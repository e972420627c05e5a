"""Holds a figure against a target: reached or not, and how many more it would take."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Final

from services.sla.figures.figure import Figure

HUNDRED: Final = 100


class Comparison(StrEnum):
    """How a figure is held against its target."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    AT_LEAST_PREVIOUS = "at_least_previous"


class State(StrEnum):
    """What became of a target."""

    REACHED = "reached"
    MISSED = "missed"
    EMPTY = "empty"
    """Nothing to divide by: neither reached nor missed, and never 100 %."""
    NOT_JUDGED = "not_judged"
    """The figure is told; the target is for reference only, or has nothing to compare with."""
    NOT_MEASURED = "not_measured"
    """sla has no figure of that kind; `reason` tells where it is."""


@dataclass(frozen=True, slots=True)
class Held:
    """A figure against its target; `bound` is the numerator that just reaches it."""

    state: State
    bound: int | None = None
    more: int | None = None
    """How many more would have to count (fewer, for a target of at most)."""


def threshold_share(threshold: Decimal) -> Fraction:
    """A threshold in per cent as a share."""
    return Fraction(threshold) / HUNDRED


def hold(figure: Figure, comparison: Comparison, against: Fraction | None) -> Held:
    """Hold a share against another, exactly: 87,636 of 87,757 against 98 % takes 86,002."""
    if figure.share is None:
        return Held(State.EMPTY)
    if against is None:
        return Held(State.NOT_JUDGED)
    exact = against * figure.denominator
    if comparison is Comparison.AT_MOST:
        bound = floor(exact)
        more = max(0, ceil(figure.numerator - bound))
    else:
        bound = ceil(exact)
        more = max(0, ceil(bound - figure.numerator))
    return Held(State.MISSED if more else State.REACHED, bound, more)
