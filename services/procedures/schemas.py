"""What the catalogue's API takes in and gives out."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.procedures.codes import AgencyCode, CalendarCode, ProcedureCode
from services.procedures.models import AgencyKind, State
from services.procedures.records import CaseRecord, ProcedureRecord
from services.procedures.texts import Name, Text
from shared.events import AgencyLevel, Method
from shared.times import LocalDateTime
from shared.working_time import Calendar


class ProcedureSummary(BaseModel):
    """A version as lists show it."""

    model_config = ConfigDict(from_attributes=True)

    code: ProcedureCode
    version: int
    name: str
    field: str
    levels: list[AgencyLevel]
    methods: list[Method]
    internal: bool
    same_day: bool
    valid_from: date
    valid_to: date | None


class VersionSummary(ProcedureSummary):
    """A version among the others of its procedure, with where it stands."""

    state: State
    drafted_at: LocalDateTime
    published_at: LocalDateTime | None


class ProcedureView(BaseModel):
    """A version whole: its content, and what became of it."""

    code: ProcedureCode
    version: int
    state: State
    internal: bool
    valid_from: date
    valid_to: date | None = Field(description="Ngày hiệu lực cuối / last day in force.")
    drafted_at: LocalDateTime
    published_at: LocalDateTime | None
    cases: tuple[CaseRecord, ...] = Field(
        description="Các trường hợp với đủ giấy tờ / each case with all its papers."
    )
    record: ProcedureRecord = Field(description="Nội dung như khi soạn / the content as drafted.")


class Withdrawal(BaseModel):
    """The last day of a version."""

    model_config = ConfigDict(extra="forbid")

    valid_to: date


class AgencyDescription(BaseModel):
    """An agency, whole, as it shall be."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    name: Name
    level: AgencyLevel
    kind: AgencyKind
    parent: AgencyCode | None = None
    calendar: CalendarCode | None = Field(
        default=None, description="Lịch làm việc; bỏ trống thì theo cơ quan cấp trên."
    )
    statistical_code: str | None = Field(default=None, pattern=r"^[0-9]{2,5}$")
    valid_from: date
    valid_to: date | None = None
    successors: tuple[AgencyCode, ...] = Field(default=(), max_length=20)
    note: Text | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("Ngày kết thúc không được trước ngày bắt đầu.")
        return self


class AgencyView(AgencyDescription):
    """An agency as it is now known."""

    code: AgencyCode


class FieldView(BaseModel):
    """A field of procedures and the ministry that leads it, where that is known."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    name: Name
    ministry_code: str | None = Field(default=None, pattern=r"^[A-Z][0-9]{2}$")
    ministry: Name | None = None


class CalendarSummary(BaseModel):
    """A calendar's newest version as lists show it."""

    code: CalendarCode
    version: int
    first_on: date
    last_on: date
    provisional_from: date | None
    published_at: LocalDateTime


class CalendarView(BaseModel):
    """One published version of a calendar, whole."""

    model_config = ConfigDict(from_attributes=True)

    code: CalendarCode
    version: int
    published_at: LocalDateTime
    definition: Calendar
