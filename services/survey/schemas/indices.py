"""The nine indices of agencies, and what officers enter for them."""

from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.survey.schemas.instruments import INDICES, POINTS_MAX
from services.survey.schemas.polls import Agency
from services.survey.schemas.remarks import Reason
from shared.times import LocalDateTime


class Grade(StrEnum):
    """The class of an agency (xếp loại)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    WEAK = "weak"


class Duty(StrEnum):
    """How far an officer did the duty (mức độ hoàn thành nhiệm vụ)."""

    FULL = "full"
    PARTLY = "partly"
    LITTLE = "little"


class EntryKind(StrEnum):
    """Whose points they are: the agency's own (tự chấm), or the appraiser's (thẩm định)."""

    SELF = "self"
    APPRAISED = "appraised"


class EntryIn(BaseModel):
    """Points of one index for a quarter, in steps of a tenth."""

    model_config = ConfigDict(extra="forbid")

    agency: Agency
    year: int = Field(ge=2018, le=2100)
    quarter: int = Field(ge=1, le=4)
    index: int = Field(ge=1, le=INDICES)
    kind: EntryKind
    points: Decimal = Field(ge=0, le=POINTS_MAX, decimal_places=1)
    reason: Reason | None = Field(default=None, description="Lý do trừ điểm / why less than two.")

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if self.kind == EntryKind.APPRAISED and self.points < POINTS_MAX and self.reason is None:
            raise ValueError("points taken off need a reason")
        return self


class EntryView(BaseModel):
    """An entry as it is kept."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agency: str
    year: int
    quarter: int
    index: int
    kind: EntryKind
    points: float
    reason: str | None
    entered_by: str
    entered_at: LocalDateTime


class IndexView(BaseModel):
    """One index: measured, told by the agency, appraised; `points` is what counts."""

    model_config = ConfigDict(from_attributes=True)

    index: int
    measured: float | None
    self_score: float | None
    appraised: float | None
    points: float | None = Field(description="Để trống khi chưa đủ dữ liệu; không tính là 0.")
    reason: str | None


class AgencyIndicesView(BaseModel):
    """An agency's nine indices in a period."""

    model_config = ConfigDict(from_attributes=True)

    agency: str
    name: str
    slips: int | None = Field(description="Để trống khi ít phiếu hơn mức được công bố.")
    indices: list[IndexView]
    total: float | None
    out_of: int = Field(description="Điểm tối đa của các chỉ số có dữ liệu.")
    grade: Grade | None
    rank: int | None
    satisfaction: dict[str, float | None]


class IndicesView(BaseModel):
    """The nine indices of agencies, best told by their rank."""

    year: int
    quarter: int | None
    slips_shown_min: int
    items: list[AgencyIndicesView]
    next: str | None
