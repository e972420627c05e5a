"""Points of agencies and their places as they are given out."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel

from services.sla.figures.formulas import FORMULAS
from services.sla.indices.published import Scheme
from services.sla.indices.schemes import rounded
from services.sla.indices.scoring import FigureSource, Ranked, Scored, Sheet
from services.sla.schemas.indices import FigureView, figure_view
from services.sla.schemas.reports import Period
from shared.times import LocalDateTime


class CriterionView(BaseModel):
    """One criterion's points; null without data, which is not zero."""

    code: str
    title: str
    maximum: Decimal
    formula: str
    source: FigureSource
    figure: FigureView | None
    points: Decimal | None
    evidence: str | None
    tells_dossiers: bool


class GroupView(BaseModel):
    """A group's points, of what its measured criteria can give."""

    code: str
    title: str
    maximum: Decimal
    measured_maximum: Decimal
    points: Decimal | None
    criteria: list[CriterionView]


class ScoresView(BaseModel):
    """An agency's points by a scheme; sums are exact and rounded once, to two decimals."""

    scheme: str
    version: int
    agency: str
    period: Period
    as_of: LocalDateTime
    groups: list[GroupView]
    points: Decimal | None
    maximum: Decimal
    measured_maximum: Decimal
    class_name: str | None
    before: Period
    points_before: Decimal | None
    change: Decimal | None


class RankedView(BaseModel):
    """An agency's place."""

    agency: str
    points: Decimal | None
    measured_maximum: Decimal
    rank: int | None
    class_name: str | None
    points_before: Decimal | None
    rank_before: int | None


class RankingView(BaseModel):
    """Agencies by their points; ties share the better place."""

    scheme: str
    version: int
    period: Period
    before: Period
    rows: list[RankedView]


def scores_view(
    scheme: Scheme,
    sheet: Sheet,
    before: Sheet,
    *,
    period: Period,
    previous: Period,
    now: LocalDateTime,
) -> ScoresView:
    """Show an agency's points beside those of the period before."""
    description = scheme.description
    points, points_before = sheet.total, before.total
    moved = None if points is None or points_before is None else points - points_before
    return ScoresView(
        scheme=scheme.code,
        version=scheme.version,
        agency=sheet.agency,
        period=period,
        as_of=now,
        groups=[
            _group(one.code, one.title, sheet.of_group(one.code)) for one in description.groups
        ],
        points=_shown(points),
        maximum=description.maximum,
        measured_maximum=sheet.measured_maximum,
        class_name=None if points is None else description.class_of(points),
        before=previous,
        points_before=_shown(points_before),
        change=_shown(moved),
    )


def ranking_view(
    scheme: Scheme, ranked: Sequence[Ranked], period: Period, previous: Period
) -> RankingView:
    """Show the places of agencies."""
    return RankingView(
        scheme=scheme.code,
        version=scheme.version,
        period=period,
        before=previous,
        rows=[
            RankedView(
                agency=one.sheet.agency,
                points=_shown(one.sheet.total),
                measured_maximum=one.sheet.measured_maximum,
                rank=one.rank,
                class_name=one.class_name,
                points_before=_shown(one.total_before),
                rank_before=one.rank_before,
            )
            for one in ranked
        ],
    )


def _group(code: str, title: str, sheet: Sheet) -> GroupView:
    maximum = sum((one.criterion.maximum for one in sheet.scored), Decimal(0))
    return GroupView(
        code=code,
        title=title,
        maximum=maximum,
        measured_maximum=sheet.measured_maximum,
        points=_shown(sheet.total),
        criteria=[_criterion(one) for one in sheet.scored],
    )


def _criterion(scored: Scored) -> CriterionView:
    criterion = scored.criterion
    computed = scored.source is FigureSource.COMPUTED and criterion.figure is not None
    return CriterionView(
        code=criterion.code,
        title=criterion.title,
        maximum=criterion.maximum,
        formula=criterion.formula,
        source=scored.source,
        figure=None if scored.figure is None else figure_view(scored.figure),
        points=_shown(scored.points),
        evidence=scored.evidence,
        tells_dossiers=computed and FORMULAS[str(criterion.figure)].tells_dossiers,
    )


def _shown(points: Fraction | None) -> Decimal | None:
    return None if points is None else rounded(points)
