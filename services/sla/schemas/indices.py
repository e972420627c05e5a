"""Schemes and scores as they are taken in and given out."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.sla.figures.figure import Figure
from services.sla.indices.behind import Behind
from services.sla.indices.entered import Entered, Entry
from services.sla.indices.published import Scheme
from services.sla.indices.schemes import Code, SchemeDescription, rounded
from services.sla.schemas.reports import Period
from shared.times import LocalDateTime

Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Evidence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class FigureView(BaseModel):
    """A numerator over a denominator; null percent when there is nothing to divide by."""

    numerator: float
    denominator: float
    percent: Decimal | None


class SchemeView(BaseModel):
    """A version of a scheme, and what it gives at most."""

    code: str
    version: int
    maximum: Decimal
    description: SchemeDescription


class SchemeSummary(BaseModel):
    """A scheme in a list."""

    code: str
    version: int
    title: str
    source: str
    maximum: Decimal
    criteria: int


class FormulaView(BaseModel):
    """A figure that criteria may name."""

    name: str
    title: str
    tells_dossiers: bool


class EntryBody(BaseModel):
    """A figure from outside: part of a whole, and what proves it."""

    model_config = ConfigDict(extra="forbid")

    component: Code = Field(description="Mã tiêu chí.")
    agency: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    period: Period
    numerator: Amount
    denominator: Amount
    evidence: Evidence = Field(default="", description="Tài liệu kiểm chứng: số, ngày, đường dẫn.")

    @model_validator(mode="after")
    def _a_part_of_the_whole(self) -> Self:
        if self.numerator > self.denominator:
            raise ValueError("Tử số không được lớn hơn mẫu số.")
        if self.period.last < self.period.first:
            raise ValueError("Kỳ không được kết thúc trước khi bắt đầu.")
        return self

    def entry(self) -> Entry:
        """What is to be entered."""
        return Entry(
            self.component,
            self.agency,
            self.period.first,
            self.period.last,
            self.numerator,
            self.denominator,
            self.evidence,
        )


class EntryView(BaseModel):
    """A figure that was entered."""

    component: str
    agency: str
    figure: FigureView
    evidence: str
    entered_by: str
    entered_at: LocalDateTime


class BehindView(BaseModel):
    """A dossier behind a figure, and whether it counts in the numerator."""

    dossier: UUID
    code: str
    agency: str
    procedure: str
    channel: str
    received_on: date
    due_on: date | None
    ended_on: date | None
    supplements: int
    counts: bool


class OfficerView(BaseModel):
    """An officer's means; `duty` is told only when none of the five indices is left out."""

    model_config = ConfigDict(from_attributes=True)

    agency: str
    officer: str
    results: int
    means: dict[str, Decimal]
    left_out: list[str]
    total: Decimal
    duty: str | None


def figure_view(figure: Figure) -> FigureView:
    """Show a figure."""
    share = figure.share
    return FigureView(
        numerator=float(figure.numerator),
        denominator=float(figure.denominator),
        percent=None if share is None else rounded(100 * share),
    )


def scheme_view(scheme: Scheme) -> SchemeView:
    """Show a scheme whole."""
    return SchemeView(
        code=scheme.code,
        version=scheme.version,
        maximum=scheme.description.maximum,
        description=scheme.description,
    )


def scheme_summary(scheme: Scheme) -> SchemeSummary:
    """Show a scheme in a list."""
    description = scheme.description
    return SchemeSummary(
        code=scheme.code,
        version=scheme.version,
        title=description.title,
        source=description.source,
        maximum=description.maximum,
        criteria=len(description.criteria),
    )


def entry_view(entered: Entered) -> EntryView:
    """Show a figure that was entered."""
    return EntryView(
        component=entered.criterion,
        agency=entered.agency,
        figure=figure_view(entered.figure),
        evidence=entered.evidence,
        entered_by=entered.entered_by,
        entered_at=entered.entered_at,
    )


def behind_view(one: Behind) -> BehindView:
    """Show a dossier behind a figure."""
    return BehindView.model_validate(one._asdict())
