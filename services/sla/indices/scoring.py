"""Scores agencies by a scheme, ranks them, and compares a period with the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.figures import formulas
from services.sla.figures.counting import Counted
from services.sla.figures.figure import Figure
from services.sla.figures.formulas import FORMULAS
from services.sla.figures.scope import Scope
from services.sla.indices import entered
from services.sla.indices.entered import Entered
from services.sla.indices.published import Scheme
from services.sla.indices.schemes import ONE, Criterion, SchemeDescription, total
from shared.database import driver_of


class FigureSource(StrEnum):
    """Where a criterion's figure is from."""

    COMPUTED = "computed"
    ENTERED = "entered"
    MISSING = "missing"


class Scored(NamedTuple):
    """One criterion's figure and exact points; without a figure there are none, not zero."""

    criterion: Criterion
    source: FigureSource
    figure: Figure | None
    points: Fraction | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """An agency's points by all criteria."""

    agency: str
    scored: tuple[Scored, ...]

    @property
    def total(self) -> Fraction | None:
        """The sum of what has data; None where nothing has."""
        points = [one.points for one in self.scored]
        return None if all(one is None for one in points) else total(points)

    @property
    def measured_maximum(self) -> Decimal:
        """What the criteria that have data can give together."""
        measured = (one.criterion.maximum for one in self.scored if one.points is not None)
        return sum(measured, Decimal(0))

    def of_group(self, group: str) -> "Sheet":
        """The part of one group."""
        part = tuple(one for one in self.scored if one.criterion.group == group)
        return Sheet(self.agency, part)


class Ranked(NamedTuple):
    """An agency's place by its total; who is equal shares the better place."""

    sheet: Sheet
    rank: int | None
    class_name: str | None
    total_before: Fraction | None
    rank_before: int | None


def score(
    scheme: SchemeDescription,
    counted: Counted,
    told: Mapping[tuple[str, str], Entered],
    agency: str,
) -> Sheet:
    """Score one agency; what was entered goes before what we count."""
    figures: dict[str, tuple[FigureSource, Figure | None, str | None]] = {}
    for criterion in scheme.criteria:
        entry = told.get((agency, criterion.code))
        if entry is not None:
            figures[criterion.code] = FigureSource.ENTERED, entry.figure, entry.evidence
        elif criterion.figure is not None:
            made = FORMULAS[criterion.figure].make(counted, agency)
            figures[criterion.code] = FigureSource.COMPUTED, made, None
        else:
            figures[criterion.code] = FigureSource.MISSING, None, None
    scored = []
    for criterion in scheme.criteria:
        source, figure, evidence = figures[criterion.code]
        points = None
        if figure is not None:
            factor = figures[criterion.times][1] if criterion.times else None
            share = None if factor is None else factor.share
            points = scheme.score(criterion, figure, ONE if share is None else share)
        scored.append(Scored(criterion, source, figure, points, evidence))
    return Sheet(agency, tuple(scored))


async def score_many(
    session: AsyncSession, scheme: Scheme, scope: Scope, agencies: Sequence[str]
) -> list[Sheet]:
    """Score agencies of a scope; as many statements as for one."""
    description = scheme.description
    names = [one.figure for one in description.criteria if one.figure is not None]
    counted = await formulas.load(session, scope, names)
    connection = await driver_of(await session.connection())
    told = await entered.load(connection, scheme.code, scope.first, scope.last, scope.agencies)
    return [score(description, counted, told, agency) for agency in agencies]


def rank(scheme: SchemeDescription, now: Sequence[Sheet], before: Sequence[Sheet]) -> list[Ranked]:
    """Rank by the exact totals; agencies without any data come last, by code."""
    totals = {sheet.agency: sheet.total for sheet in now}
    totals_before = {sheet.agency: sheet.total for sheet in before}
    places, places_before = _places(totals), _places(totals_before)
    ranked = [
        Ranked(
            sheet,
            places.get(sheet.agency),
            None if sheet.total is None else scheme.class_of(sheet.total),
            totals_before.get(sheet.agency),
            places_before.get(sheet.agency),
        )
        for sheet in now
    ]
    return sorted(ranked, key=lambda one: (one.rank is None, one.rank or 0, one.sheet.agency))


def _places(totals: Mapping[str, Fraction | None]) -> dict[str, int]:
    known = {agency: total for agency, total in totals.items() if total is not None}
    best_first = sorted(known.values(), reverse=True)
    return {agency: best_first.index(total) + 1 for agency, total in known.items()}
