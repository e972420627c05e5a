"""The nine indices: totals, classes and the officer's share of duty; pure (TT01/2018 Art 13-15)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from services.survey.schemas.indices import Duty, Grade
from services.survey.schemas.instruments import POINTS_MAX

ALL: Final = range(1, 10)
FULL: Final = POINTS_MAX * len(ALL)
PER_DOSSIER: Final = (1, 2, 3, 4, 6, 7)
OFFICER: Final = (1, 2, 3, 4, 7)
OFFICER_FULL: Final = POINTS_MAX * len(OFFICER)
GRADES: Final = ((15, Grade.EXCELLENT), (12, Grade.GOOD), (9, Grade.FAIR), (6, Grade.AVERAGE))
DUTY_FULL: Final = Fraction(5)
DUTY_PARTLY: Final = Fraction(7, 2)


def total(points: Mapping[int, Decimal]) -> Decimal | None:
    """The sum of the indices that have data; None of none."""
    return sum(points.values(), Decimal(0)) if points else None


def share(points: Mapping[int, Decimal]) -> Fraction | None:
    """The part of all points that could be had; None without data.

    An index without data is left out of both sides (Art 15(4)(b)): it is not a zero.
    """
    reached = total(points)
    return None if reached is None else Fraction(reached) / (POINTS_MAX * len(points))


def grade(points: Mapping[int, Decimal]) -> Grade | None:
    """The class, by bounds of 18 points; fewer indices are measured by the same shares."""
    reached = share(points)
    if reached is None:
        return None
    return next((name for bound, name in GRADES if reached * FULL >= bound), Grade.WEAK)


def officer_total(points: Mapping[int, Decimal]) -> Decimal | None:
    """The officer's points of one dossier: indices 1, 2, 3, 4 and 7, not 6."""
    return total(_officers(points))


def duty(points: Mapping[int, Decimal]) -> Duty | None:
    """The officer's share of duty, by bounds of 10 points."""
    reached = share(_officers(points))
    if reached is None:
        return None
    of_ten = reached * OFFICER_FULL
    if of_ten >= DUTY_FULL:
        return Duty.FULL
    return Duty.PARTLY if of_ten >= DUTY_PARTLY else Duty.LITTLE


def ranks(shares: Sequence[Fraction | None]) -> list[int | None]:
    """The place of each; who is equal shares the better one, and the next one is left out."""
    best_first = sorted((one for one in shares if one is not None), reverse=True)
    places: dict[Fraction, int] = {}
    for place, one in enumerate(best_first, 1):
        places.setdefault(one, place)
    return [None if one is None else places[one] for one in shares]


def _officers(points: Mapping[int, Decimal]) -> dict[int, Decimal]:
    return {index: points[index] for index in OFFICER if index in points}
