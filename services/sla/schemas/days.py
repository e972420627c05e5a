"""Days of an explanation, as every explaining answer shows them."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel

from shared.events import LimitUnit
from shared.working_time import ExplainedDay, Limit, Rule, Skip


class LimitView(BaseModel):
    """A processing limit (thời hạn giải quyết)."""

    value: float
    unit: LimitUnit


class SpanView(BaseModel):
    """Working hours that counted, local clock time."""

    start: str
    end: str


class DayView(BaseModel):
    """One day: what counted of it, or why nothing did, and by which decision."""

    on: date
    rule: Rule
    counted: int
    spans: list[SpanView]
    skipped: Skip | None
    name: str | None
    source: str | None
    provisional: bool
    text: str


def limit_view(limit: Limit | None) -> LimitView | None:
    """Show a limit; null is unknown, never zero."""
    if limit is None:
        return None
    return LimitView(value=float(limit.value), unit=LimitUnit(limit.unit))


def day_views(days: Sequence[ExplainedDay]) -> list[DayView]:
    """Show days."""
    return [
        DayView(
            on=day.on,
            rule=day.rule,
            counted=day.counted,
            spans=[
                SpanView(start=f"{start:%H:%M}", end=f"{end:%H:%M}") for start, end in day.spans
            ],
            skipped=day.skipped,
            name=day.name,
            source=day.source,
            provisional=day.provisional,
            text=day.text,
        )
        for day in days
    ]
