"""Turns what is counted into what is told."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from services.procedures.schemas.statistics import (
    FigureView,
    LimitCutItem,
    LimitCutRow,
    LimitCutTotal,
)
from services.procedures.statistics.figures import FIGURES, Figure
from services.procedures.statistics.limit_cuts import Cut, TimeKind, Total
from services.procedures.statistics.shares import percent, percent_of

FINEST: Final = Decimal("0.0001")


def figure_view(figure: Figure, numerator: int, denominator: int) -> FigureView:
    """A figure with its definition."""
    definition = FIGURES[figure]
    return FigureView(
        figure=figure,
        title=definition.title,
        numerator=numerator,
        denominator=denominator,
        ratio=percent(numerator, denominator),
        formula=definition.formula,
        source=definition.source,
    )


def cut_total(kind: TimeKind, total: Total) -> LimitCutTotal:
    """The sums of a kind of time."""
    return LimitCutTotal(
        unit=kind,
        rows=total.rows,
        rows_cut=total.rows_cut,
        statutory=_decimal(total.statutory),
        committed=_decimal(total.committed),
        cut=_decimal(total.statutory - total.committed),
        ratio=percent_of(total.statutory - total.committed, total.statutory),
    )


def cut_item(row: Any, cuts: list[Cut]) -> LimitCutItem:
    """A procedure with its rows."""
    rows = [
        LimitCutRow(
            id=cut.row.id,
            case=cut.row.case,
            method=cut.row.method,
            unit=cut.kind,
            statutory=_decimal(cut.statutory),
            committed=_decimal(cut.committed),
            cut=_decimal(cut.cut),
            ratio=percent_of(cut.cut, cut.statutory),
        )
        for cut in cuts
    ]
    return LimitCutItem(
        code=row.code, version=row.version, name=row.name, field=row.field, rows=rows
    )


def _decimal(amount: Fraction) -> Decimal:
    """The amount as it was published: a minute is the smallest part, so it needs few digits."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(FINEST).normalize() + 0
