"""Points of the nine indices of Circular 01/2018/TT-VPCP (Art 13): nought, one or two."""

from fractions import Fraction
from typing import Final

from services.sla.figures.figure import Figure

BEST: Final = 2
OFFICER_INDICES: Final = ("1", "2", "3", "4", "7")
"""What an officer is judged by (Art 14); index 6 is not among them. Ten points at most."""
DUTIES: Final = (
    (Fraction(5), "Hoàn thành 100% nhiệm vụ"),
    (Fraction(7, 2), "Hoàn thành từ 70% đến dưới 100% nhiệm vụ"),
    (Fraction(0), "Hoàn thành dưới 70% nhiệm vụ"),
)
PETITIONS_FAIR: Final = Fraction(9, 10)
PROCEDURES_GOOD: Final = Fraction(20, 100)
DOSSIERS_GOOD: Final = Fraction(30, 100)
DOSSIERS_FAIR: Final = Fraction(15, 100)


def time_points(early: int, in_time: int, results: int) -> Figure:
    """Index 1: two for a result before its due, one on the day, none after it."""
    return Figure.of(early + in_time, BEST * results)


def petition_points(answered: int, on_time: int, dragging: int) -> Figure:
    """Index 8: two for none or all on time, one from 90 % on, none while any drags on."""
    if dragging:
        points = 0
    elif answered == on_time:
        points = 2
    else:
        points = int(Fraction(on_time, answered) >= PETITIONS_FAIR)
    return Figure.of(points, BEST)


def online_points(procedures: Figure, dossiers: Figure, late: int) -> Figure:
    """Index 9: by the shares of procedures and dossiers that are online, none of them late."""
    offered, filed = procedures.share, dossiers.share
    if offered is None or filed is None:
        return Figure.of(0, 0)
    if late or offered == 0 or filed < DOSSIERS_FAIR:
        points = 0
    else:
        points = 2 if offered >= PROCEDURES_GOOD and filed >= DOSSIERS_GOOD else 1
    return Figure.of(points, BEST)


def duty_of(total: Fraction) -> str:
    """What share of the duty an officer's total stands for (Art 15): from 5.0 and from 3.5."""
    return next(title for bound, title in DUTIES if total >= bound)
