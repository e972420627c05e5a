"""Visits at people's homes: hours, slots and bookings as they come in and are shown."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.intake.models.home import VisitState
from services.intake.schemas.words import (
    AgencyCode,
    Body,
    IdentityNumber,
    Name,
    Phone,
    ProcedureCode,
    Sentence,
    Short,
)
from shared.times import LocalDateTime
from shared.working_time import Shift

WINDOWS_MAX = 6
AVAILABLE_DAYS_MAX = 366
VISIT_MINUTES_MIN, VISIT_MINUTES_MAX = 15, 240

VisitMinutes = Annotated[
    int,
    Field(ge=VISIT_MINUTES_MIN, le=VISIT_MINUTES_MAX, description="Thời lượng tại nhà, phút."),
]


class Purpose(StrEnum):
    """What the officer comes for: to help fill in, to take papers in, to bring the result."""

    GUIDE = "guide"
    COLLECT = "collect"
    RETURN = "return"


class VisitOutcome(StrEnum):
    """What came of a visit."""

    DONE = "done"
    NOBODY_HOME = "nobody_home"
    NEEDS_PAPERS = "needs_papers"


class AvailabilityIn(Body):
    """Lịch phục vụ tại nhà của một cán bộ."""

    agency: AgencyCode
    officer: Short | None = Field(default=None, description="Mặc định là chính người gửi.")
    first_on: date
    last_on: date
    windows: Annotated[tuple[Shift, ...], Field(min_length=1, max_length=WINDOWS_MAX)] | None = (
        Field(default=None, description="Khung giờ mỗi ngày; bỏ trống là theo ca làm việc.")
    )

    @model_validator(mode="after")
    def _a_year_at_most(self) -> Self:
        if not 0 <= (self.last_on - self.first_on).days < AVAILABLE_DAYS_MAX:
            raise ValueError("Khoảng ngày phải theo thứ tự và không quá một năm.")
        return self


class AvailabilityView(BaseModel):
    """An officer's hours for visits."""

    id: UUID
    agency: str
    officer: str
    first_on: date
    last_on: date
    windows: tuple[Shift, ...] | None


class SlotView(BaseModel):
    """A time at which so many officers could come."""

    starts_at: LocalDateTime
    ends_at: LocalDateTime
    free: int


class Resident(Body):
    """Whom to visit, and where."""

    name: Name
    phone: Phone
    address: Sentence
    identity_number: IdentityNumber | None = None


class BookingIn(Body):
    """Hẹn giờ hướng dẫn, kê khai, tiếp nhận và trả kết quả tại nhà."""

    agency: AgencyCode
    purpose: Purpose
    starts_at: LocalDateTime
    minutes: VisitMinutes | None = None
    officer: Short | None = Field(default=None, description="Bỏ trống: cán bộ nào rảnh.")
    person: Resident
    procedure: ProcedureCode | None = None
    dossier: Short | None = Field(default=None, description="Mã hồ sơ, cần khi trả kết quả.")

    @model_validator(mode="after")
    def _a_result_has_a_dossier(self) -> Self:
        if self.purpose is Purpose.RETURN and self.dossier is None:
            raise ValueError("Trả kết quả tại nhà phải nêu mã hồ sơ.")
        return self


class MoveIn(Body):
    """Đổi giờ hẹn."""

    starts_at: LocalDateTime
    minutes: VisitMinutes | None = None
    officer: Short | None = None
    ground: Sentence | None = None


class CancellationIn(Body):
    """Hủy hẹn."""

    ground: Sentence


class OutcomeIn(Body):
    """Kết quả buổi đến nhà."""

    outcome: VisitOutcome
    note: Sentence | None = None


class FiledIn(Body):
    """Hồ sơ đã nộp trong buổi đến nhà."""

    dossier: Short


class ResidentView(BaseModel):
    """Whom to visit; phone and address masked unless asked for by who may see them."""

    name: str | None = None
    phone: str | None = None
    address: str | None = None
    identity_number: str | None = None


class BookingView(BaseModel):
    """A booked visit."""

    id: UUID
    agency: str
    officer: str
    purpose: Purpose
    state: VisitState
    outcome: VisitOutcome | None
    starts_at: LocalDateTime
    ends_at: LocalDateTime
    procedure: str | None
    dossier: UUID | None
    person: ResidentView
    sequence: int


class ChangeView(BaseModel):
    """One line of a booking's history."""

    change: str
    actor: str
    happened_at: LocalDateTime
    officer: str
    starts_at: LocalDateTime
    ends_at: LocalDateTime
    ground: str | None


class BookingHistory(BaseModel):
    """Everything that happened to a booking, oldest first."""

    items: list[ChangeView]
