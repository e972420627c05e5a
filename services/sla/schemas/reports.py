"""The report II.06a as it is given out: rows, totals and rates."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from services.sla.reports import Group
from services.sla.reports.columns import columns, totals
from shared.times import LocalDateTime

CENT = Decimal("0.01")

Word = Annotated[str | None, Field(exclude_if=lambda word: word is None)]
"""What a row was grouped by, and absent where it was not."""


class Columns(BaseModel):
    """Columns 3 to 13 of the form, and what some of them contain ("of which")."""

    received: int
    """Column 3 = 4 + 5 + 6."""
    received_online: int
    received_direct_post: int
    carried_over: int
    resolved: int
    early: int
    on_time: int
    late: int
    in_progress: int
    within_limit: int
    overdue: int
    withdrawn: int
    stopped: int
    refused: int
    no_due_date: int
    waiting: int
    recalled: int
    moved_in: int
    moved_out: int


class Row(Columns):
    """One group's columns; only the words that were grouped by are shown."""

    field: Word = None
    level: Word = None
    agency: Word = None
    procedure: Word = None
    channel: Word = None


class Rate(BaseModel):
    """A share in percent with two decimals; null when there is nothing to divide by."""

    numerator: int
    denominator: int
    percent: float | None


class Rates(BaseModel):
    """Shares of what was resolved, and of what is in progress."""

    on_time_or_early: Rate
    early: Rate
    overdue: Rate


class Period(BaseModel):
    """The days of a report, both in it."""

    first: date
    last: date


class ReportView(BaseModel):
    """Biểu II.06a (Thông tư 01/2020/TT-VPCP) of a period and a subtree of agencies."""

    period: Period
    agency: list[str]
    as_of: LocalDateTime
    position: int | None
    """The place in the stream of events up to which facts are counted."""
    rows: list[Row]
    totals: Columns
    rates: Rates


def row_view(counted: Mapping[str, Any]) -> Row:
    """Show one group's columns."""
    groups = {group.value: counted[group] for group in Group if group in counted}
    return Row.model_validate(columns(counted) | groups)


def totals_view(counted: Sequence[Mapping[str, Any]]) -> Columns:
    """Sum all rows."""
    return Columns(**totals(columns(row) for row in counted))


def rates_view(totals: Columns) -> Rates:
    """Divide the totals."""
    return Rates(
        on_time_or_early=rate(totals.early + totals.on_time, totals.resolved),
        early=rate(totals.early, totals.resolved),
        overdue=rate(totals.overdue, totals.in_progress),
    )


def rate(numerator: int, denominator: int) -> Rate:
    """Divide exactly; a net of recalls alone (nothing, or less, in the denominator) has no rate."""
    percent = None
    if denominator > 0:
        exact = Decimal(100 * numerator) / denominator
        percent = float(exact.quantize(CENT, ROUND_HALF_UP))
    return Rate(numerator=numerator, denominator=denominator, percent=percent)
