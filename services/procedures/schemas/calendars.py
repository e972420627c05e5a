"""Working calendars, as the API gives them out."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.procedures.calendars import CalendarContent
from services.procedures.codes import CalendarCode
from services.procedures.imports.views import DifferenceView
from shared.times import LocalDateTime
from shared.working_time import Calendar


class CalendarSummary(BaseModel):
    """A calendar's newest version as lists show it."""

    code: CalendarCode
    version: int
    base: CalendarCode | None
    first_on: date
    last_on: date
    provisional_from: date | None
    published_at: LocalDateTime


class CalendarView(BaseModel):
    """One published version of a calendar, whole; `own` is what a derived one says for itself."""

    model_config = ConfigDict(from_attributes=True)

    code: CalendarCode
    version: int
    base: CalendarCode | None
    base_version: int | None
    own: dict[str, Any] | None
    published_at: LocalDateTime
    definition: Calendar


class CalendarDifferencesView(BaseModel):
    """What one version of a calendar says otherwise than another."""

    code: CalendarCode
    before: int
    after: int
    differences: list[DifferenceView]


class PreviewView(BaseModel):
    """A next version that is being considered; what it would move is asked at `result`."""

    id: UUID
    code: CalendarCode
    calendars: list[CalendarCode]
    content: CalendarContent
    asked_at: LocalDateTime
    asked_by: str
    result: str
