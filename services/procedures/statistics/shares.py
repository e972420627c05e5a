"""A share as it is told: two whole numbers and what they make."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Final

HUNDRED: Final = Decimal(100)
CENT: Final = Decimal("0.01")


def percent(numerator: int, denominator: int) -> Decimal | None:
    """The share in per cent with two decimals; None of nothing."""
    return percent_of(Fraction(numerator), Fraction(denominator))


def percent_of(part: Fraction, whole: Fraction) -> Decimal | None:
    """The same of exact amounts."""
    if whole == 0:
        return None
    share = 100 * part / whole
    return (Decimal(share.numerator) / share.denominator).quantize(CENT, ROUND_HALF_UP)


def needed(threshold: Decimal, denominator: int) -> int:
    """How many it takes at least to reach a threshold in per cent: 3 of 6 for 50."""
    return ceil(threshold * denominator / HUNDRED)
