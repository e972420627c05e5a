"""Views of what a calendar that is only being considered would move."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.sla.previews.moves import Move
from services.sla.previews.reading import Answer
from shared.times import LocalDateTime


class PreviewedCalendarView(BaseModel):
    """A calendar version that is put forward."""

    code: str
    version: int


class MovedView(BaseModel):
    """Open clocks and what moves of them; minutes are working minutes of the new calendar."""

    counted: int
    earlier: int
    later: int
    as_told: int
    earlier_minutes: int
    later_minutes: int


class AgencyMovedView(MovedView):
    """The same of one competent agency."""

    agency: str


class CalendarPreviewView(BaseModel):
    """What the preview would move within the caller's agencies, as of `counted_at`."""

    id: UUID
    calendars: list[PreviewedCalendarView]
    previewed_at: LocalDateTime
    counted_at: LocalDateTime
    totals: MovedView
    agencies: list[AgencyMovedView]


class MoveView(BaseModel):
    """A dossier whose due would move; `minutes` are negative for earlier."""

    model_config = ConfigDict(from_attributes=True)

    dossier: UUID
    code: str
    agency: str
    receiving_agency: str
    calendar: str
    due_before: LocalDateTime
    due_after: LocalDateTime
    minutes: int


def preview_view(preview: UUID, answer: Answer) -> CalendarPreviewView:
    """Show the sums, and all of them together."""
    agencies = [AgencyMovedView.model_validate(dict(row)) for row in answer.agencies]
    versions = (told.rpartition(" ") for told in answer.calendars)
    totals = {name: sum(getattr(one, name) for one in agencies) for name in MovedView.model_fields}
    return CalendarPreviewView(
        id=preview,
        calendars=[
            PreviewedCalendarView(code=code, version=int(number)) for code, _, number in versions
        ],
        previewed_at=answer.previewed_at,
        counted_at=answer.counted_at,
        totals=MovedView(**totals),
        agencies=agencies,
    )


def move_view(move: Move) -> MoveView:
    """Show a dossier that would move."""
    return MoveView.model_validate(move)
