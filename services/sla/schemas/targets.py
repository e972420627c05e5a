"""Results of targets as they are given out."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from services.sla.schemas.indices import FigureView, figure_view
from services.sla.targets.evaluation import Comparison, State
from services.sla.targets.results import Result
from shared.events import AgencyLevel


class TargetResultView(BaseModel):
    """A target held against its figure, with how many more it would take.

    `bound` is the smallest numerator that reaches it (the greatest, for at most).
    """

    code: str
    title: str
    source: str
    formula: str
    comparison: Comparison
    threshold: Decimal | None
    unit: str
    levels: list[AgencyLevel]
    agency: str
    first: date
    last: date
    state: State
    figure: FigureView | None
    before: FigureView | None
    bound: int | None
    more: int | None
    reason: str | None


def result_view(result: Result) -> TargetResultView:
    """Show a target's result."""
    target, held = result.target, result.held
    return TargetResultView(
        **{name: target[name] for name in COPIED},
        agency=result.agency,
        first=result.first,
        last=result.last,
        state=held.state,
        figure=None if result.figure is None else figure_view(result.figure),
        before=None if result.before is None else figure_view(result.before),
        bound=held.bound,
        more=held.more,
        reason=result.reason,
    )


COPIED = ("code", "title", "source", "formula", "comparison", "threshold", "unit", "levels")
