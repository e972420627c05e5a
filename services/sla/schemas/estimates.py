"""Views of honest estimates and of limits that could be cut."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.sla.estimates.histograms import Candidate
from services.sla.estimates.times import Estimate, Group
from services.sla.schemas.reports import Period, Rate, rate
from shared.events import LimitUnit
from shared.times import LocalDateTime
from shared.working_time import LEGAL_DAY_MINUTES

TENTH = Decimal("0.1")


class Working(BaseModel):
    """Working time, exactly in minutes and in days of eight hours rounded up to a tenth."""

    minutes: float
    days: float


class GroupView(BaseModel):
    """Half of the lives took no longer than `p50`, nine of ten no longer than `p90`.

    Both are null where the lives are too few to say.
    """

    lives: int
    p50: Working | None
    p90: Working | None


class LimitView(BaseModel):
    """A processing limit as it is published."""

    value: Decimal = Field(examples=["5"])
    unit: LimitUnit


class EstimateView(BaseModel):
    """What the results of the last year really took, without waiting for the person."""

    procedure: str
    name: str
    agency: str | None
    period: Period
    lives_min: int = Field(description="Ít hồ sơ hơn thì không ước lượng.")
    all: GroupView
    without_wait: GroupView
    with_wait: GroupView
    limits: list[LimitView]
    same_day: bool


class DaysRow(BaseModel):
    """Lives whose net time fills so many working days, the last one begun."""

    days: int
    lives: int


class LimitCutView(BaseModel):
    """A limit that could be shorter, how often both are kept, and the evidence."""

    procedure: str
    name: str | None
    agency: str | None
    limit: LimitView
    within_limit: Rate
    days: int
    days_less: float
    within_days: Rate
    would_be_late: int
    histogram: list[DaysRow]


class LimitCutsView(BaseModel):
    """Candidates by how many working days they would save in all, and by which rule."""

    period: Period
    agency: str | None
    on_time_percent: int
    lives_min: int
    rows: list[LimitCutView]


class SlowLifeView(BaseModel):
    """A dossier that would have been late by the shorter limit."""

    dossier: UUID
    code: str
    agency: str
    accepted_at: LocalDateTime
    ended_at: LocalDateTime
    net_minutes: int
    waited_minutes: int


def estimate_view(found: Estimate) -> EstimateView:
    """Show an estimate."""
    return EstimateView(
        procedure=found.procedure,
        name=found.name,
        agency=found.agency,
        period=Period(first=found.first, last=found.last),
        lives_min=found.lives_min,
        all=_group(found.whole),
        without_wait=_group(found.straight),
        with_wait=_group(found.waited),
        limits=[LimitView(value=limit.value, unit=limit.unit) for limit in found.limits],
        same_day=found.same_day,
    )


def limit_cut_view(found: Candidate) -> LimitCutView:
    """Show a candidate."""
    return LimitCutView(
        procedure=found.procedure,
        name=found.name,
        agency=found.agency,
        limit=LimitView(value=found.limit_value, unit=LimitUnit(found.limit_unit)),
        within_limit=rate(found.within, found.lives),
        days=found.cut.days,
        days_less=float(found.cut.days_less),
        within_days=rate(found.cut.in_time, found.lives),
        would_be_late=found.lives - found.cut.in_time,
        histogram=[DaysRow(days=days, lives=lives) for days, lives in found.histogram.items()],
    )


def slow_life_view(row: Mapping[str, Any]) -> SlowLifeView:
    """Show a row of `estimates.histograms`."""
    return SlowLifeView.model_validate(dict(row))


def _group(group: Group) -> GroupView:
    return GroupView(lives=group.lives, p50=_working(group.p50), p90=_working(group.p90))


def _working(minutes: float | None) -> Working | None:
    if minutes is None:
        return None
    days = (Decimal(minutes) / LEGAL_DAY_MINUTES).quantize(TENTH, ROUND_CEILING)
    return Working(minutes=minutes, days=float(days))
