"""Submitted reports: frozen rows, differences and their causes."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.sla.models import SubmittedReport
from services.sla.reports import Group
from services.sla.reports.submitted import Difference
from services.sla.schemas.reports import (
    Columns,
    Period,
    Rates,
    Row,
    rates_view,
    row_view,
    totals_view,
)
from shared.times import LocalDateTime


class SubmissionBody(BaseModel):
    """The report to freeze; without an agency all of the caller's."""

    form: Literal["II.06a"]
    period: Period
    agency: Annotated[str | None, Field(max_length=64)] = None
    group_by: tuple[Group, ...] = (Group.LEVEL, Group.FIELD)


class SubmittedItem(BaseModel):
    """A submitted report without its rows."""

    id: UUID
    form: str
    period: Period
    agency: list[str] | None
    group_by: list[str]
    position: int | None
    submitted_by: str
    submitted_at: LocalDateTime


class SubmittedView(SubmittedItem):
    """A submitted report as it was counted then."""

    rows: list[Row]
    totals: Columns
    rates: Rates


class DifferenceView(BaseModel):
    """A number that is counted otherwise now, and the row it stands in."""

    groups: dict[str, str]
    measure: str
    submitted: int
    now: int


class LateEntryView(BaseModel):
    """A row of a dossier's ledger that was recorded after its day, since the submission."""

    dossier: UUID
    code: str
    place: int
    kind: str
    on: date
    agency: str
    procedure: str
    field: str
    outcome: str | None
    verdict: str | None
    recorded_at: LocalDateTime


class DifferencesView(BaseModel):
    """What a new run counts otherwise, and what was told late since; both may be empty."""

    report: SubmittedItem
    counted_at: LocalDateTime
    differences: list[DifferenceView]
    causes: list[LateEntryView]
    next: str | None
    """Continues the causes."""


def submitted_item(frozen: SubmittedReport) -> SubmittedItem:
    """Show a submitted report without its rows."""
    return SubmittedItem.model_validate(_item(frozen))


def submitted_view(frozen: SubmittedReport) -> SubmittedView:
    """Show a submitted report whole."""
    totals = totals_view(frozen.rows)
    return SubmittedView(
        **_item(frozen),
        rows=[row_view(row) for row in frozen.rows],
        totals=totals,
        rates=rates_view(totals),
    )


def difference_view(difference: Difference) -> DifferenceView:
    """Show one difference."""
    return DifferenceView.model_validate(difference._asdict())


def late_entry_view(row: Any) -> LateEntryView:
    """Show one late entry."""
    return LateEntryView.model_validate(dict(row) | {"on": row["on_day"]})


def _item(frozen: SubmittedReport) -> dict[str, Any]:
    return {
        "id": frozen.id,
        "form": frozen.form,
        "period": Period(first=frozen.first, last=frozen.last),
        "agency": frozen.agencies,
        "group_by": frozen.group_by,
        "position": frozen.position,
        "submitted_by": frozen.submitted_by,
        "submitted_at": frozen.submitted_at,
    }
