"""What a simulated due date is asked with, and how it is told."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.sla.deadlines import Choice, Simulated
from services.sla.schemas.days import DayView, LimitView, day_views, limit_view
from shared.events import Channel, PublishedLimit
from shared.times import LocalDateTime

Word = Annotated[str, Field(min_length=1, max_length=64)]


class SimulationRequest(BaseModel):
    """Either a limit and a calendar, or a procedure, a channel and an agency."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "received_at": "2026-03-02T08:00:00+07:00",
                "limit": {"value": 10, "unit": "working_day"},
                "calendar": "VN-HANH-CHINH",
            }
        },
    )

    received_at: LocalDateTime
    limit: PublishedLimit | None = None
    calendar: Word | None = None
    calendar_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    procedure: Word | None = None
    channel: Channel | None = None
    agency: Word | None = None
    case: Word | None = None
    row: Word | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        self.asks()
        return self

    def asks(self) -> Choice | tuple[PublishedLimit, str]:
        """A procedure's row, or a limit and a calendar; raises ValueError for neither or both."""
        mixed = self.limit is not None and self.procedure is not None
        if self.procedure and self.channel and self.agency and not mixed:
            return Choice(self.procedure, self.channel, self.agency, self.case, self.row)
        if self.limit is not None and self.calendar and not mixed:
            return self.limit, self.calendar
        raise ValueError(
            "Hãy gửi limit và calendar, hoặc procedure, channel và agency; không trộn hai cách."
        )


class SimulationView(BaseModel):
    """The due date that would be promised, and why; null without a known limit."""

    received_at: LocalDateTime
    counts_from: LocalDateTime
    due_at: LocalDateTime | None
    provisional: bool
    limit: LimitView | None
    same_day: bool
    calendar: str
    calendar_version: int
    procedure_version: int | None
    row: str | None
    days: list[DayView]


def simulation_view(simulated: Simulated) -> SimulationView:
    """Show a simulated due date."""
    return SimulationView(
        received_at=simulated.received_at,
        counts_from=simulated.counts_from,
        due_at=simulated.due_at,
        provisional=simulated.provisional,
        limit=limit_view(simulated.term.limit),
        same_day=simulated.term.same_day,
        calendar=simulated.calendar.code,
        calendar_version=simulated.calendar.version,
        procedure_version=simulated.procedure_version,
        row=simulated.row,
        days=day_views(simulated.days),
    )
