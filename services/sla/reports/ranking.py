"""Ranks agencies by their on-time rate, with classes, and tells how each rank changed."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import BaseModel, TypeAdapter

from services.sla.reports.rates import Resolved

CLASSES_FILE: Final = Path(__file__).with_name("classes.json")
HUNDRED: Final = 100


class RankClass(BaseModel):
    """A class (xếp loại) and the percent from which it counts."""

    name: str
    title: str
    percent: int


class Scale(BaseModel):
    """The classes in force from a day on, the best one first."""

    effective_from: date
    source: str
    classes: tuple[RankClass, ...]


class Ranked(NamedTuple):
    """An agency's place; without anything resolved there is none.

    `change` is how many places it rose, negative for falling.
    """

    agency: str
    resolved: Resolved
    rank: int | None
    rank_class: RankClass | None
    rank_before: int | None
    change: int | None


@cache
def scales() -> tuple[Scale, ...]:
    """All scales, the newest first."""
    read = TypeAdapter(tuple[Scale, ...]).validate_json(CLASSES_FILE.read_bytes())
    return tuple(sorted(read, key=lambda scale: scale.effective_from, reverse=True))


def scale_on(day: date) -> Scale:
    """The scale in force on a day; before the first one that one counts."""
    return next((scale for scale in scales() if scale.effective_from <= day), scales()[-1])


def rank(now: Sequence[Resolved], before: Sequence[Resolved], scale: Scale) -> list[Ranked]:
    """Rank by the exact share; who is equal shares the better place, and the next one is left out.

    Agencies that resolved nothing come last, by code.
    """
    places, places_before = _places(now), _places(before)
    ranked = []
    for row in now:
        agency = str(row.groups["agency"])
        place, place_before = places.get(agency), places_before.get(agency)
        change = None if place is None or place_before is None else place_before - place
        ranked.append(Ranked(agency, row, place, _class(row.share, scale), place_before, change))
    return sorted(ranked, key=lambda one: (one.rank is None, one.rank or 0, one.agency))


def _places(rows: Sequence[Resolved]) -> dict[str, int]:
    shares = {str(row.groups["agency"]): row.share for row in rows if row.share is not None}
    best_first = sorted(shares.values(), reverse=True)
    return {agency: best_first.index(share) + 1 for agency, share in shares.items()}


def _class(share: Fraction | None, scale: Scale) -> RankClass | None:
    if share is None:
        return None
    return next(one for one in scale.classes if share * HUNDRED >= one.percent)
