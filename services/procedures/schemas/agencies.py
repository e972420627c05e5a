"""Agencies, as the API takes them in and gives them out."""

from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.procedures.codes import AgencyCode, CalendarCode
from services.procedures.identifiers import OldIdentifier
from services.procedures.models import AgencyKind, Part
from services.procedures.texts import Name, Text
from shared.events import AgencyLevel

PHONE = r"^[0-9+(][0-9 .()+-]{2,29}$"
SITE = r"^https?://[!-~]+$"
LOCAL_CODE = r"^[0-9A-Za-z._/-]{1,40}$"
ONE_DAY = timedelta(days=1)


class Successor(BaseModel):
    """Who took over from the agency: all of it, or a part, from a day on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: AgencyCode
    part: Part = Part.WHOLE
    since: date


class ActingFor(BaseModel):
    """For which agency this one receives, such as a post office, and from when to when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: AgencyCode
    valid_from: date
    valid_to: date | None = None


class OtherCode(BaseModel):
    """The agency's code in another system, kept as it is written there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: Name
    code: str = Field(pattern=LOCAL_CODE)


class AgencyContent(BaseModel):
    """All that is known of an agency but its code."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    name: Name
    level: AgencyLevel
    kind: AgencyKind
    parent: AgencyCode | None = None
    calendar: CalendarCode | None = Field(
        default=None, description="Lịch làm việc; bỏ trống thì theo cơ quan cấp trên."
    )
    statistical_code: str | None = Field(default=None, pattern=r"^[0-9]{2,5}$")
    old_identifier: OldIdentifier | None = Field(
        default=None, description="Mã định danh dạng cũ (QCVN 102:2016) đã dùng thật."
    )
    other_codes: tuple[OtherCode, ...] = Field(default=(), max_length=20)
    valid_from: date
    valid_to: date | None = None
    successors: tuple[Successor, ...] = Field(default=(), max_length=20)
    acts_for: tuple[ActingFor, ...] = Field(
        default=(), max_length=50, description="Tiếp nhận thay cho cơ quan nào, từ ngày nào."
    )
    modern_since: date | None = Field(
        default=None, description="Ngày có Bộ phận tiếp nhận và trả kết quả hiện đại."
    )
    address: Text | None = None
    phone: str | None = Field(default=None, pattern=PHONE)
    hotline: str | None = Field(default=None, pattern=PHONE)
    site: str | None = Field(default=None, pattern=SITE, max_length=500)
    note: Text | None = None


class AgencyDescription(AgencyContent):
    """An agency, whole, as it shall be."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("Ngày kết thúc không được trước ngày bắt đầu.")
        for acting in self.acts_for:
            if acting.valid_to is not None and acting.valid_to < acting.valid_from:
                raise ValueError("Ngày thôi tiếp nhận thay không được trước ngày bắt đầu.")
        heirs = [successor.agency for successor in self.successors]
        if len(heirs) != len(set(heirs)):
            raise ValueError("Mỗi cơ quan kế thừa chỉ nêu một lần.")
        for successor in self.successors:
            self._check(successor)
        return self

    def _check(self, successor: Successor) -> None:
        ended = self.valid_to + ONE_DAY if self.valid_to is not None else None
        if successor.since <= self.valid_from or (ended is not None and successor.since > ended):
            raise ValueError("Ngày kế thừa phải sau ngày bắt đầu, muộn nhất ngay sau ngày cuối.")
        if successor.part is Part.WHOLE and (len(self.successors) > 1 or successor.since != ended):
            raise ValueError(
                "Kế thừa toàn bộ chỉ có một cơ quan và bắt đầu ngay sau ngày kết thúc;"
                " nhiều cơ quan thì mỗi cơ quan kế thừa một phần (part)."
            )


class AgencyView(AgencyContent):
    """An agency as it is now known."""

    code: AgencyCode


class AgencyDetail(AgencyView):
    """An agency with what follows from the others and from its code."""

    predecessors: tuple[Successor, ...] = Field(
        description="Cơ quan trước đó: `agency` là cơ quan bị nhập hoặc tách."
    )
    old_form: str | None = Field(
        description="Mã viết theo dạng cũ; null khi dạng cũ không viết được mã này."
    )


class Heir(BaseModel):
    """An agency that exists on a day and stands where another one stood."""

    agency: AgencyCode
    name: str
    part: Part


class Heirs(BaseModel):
    """Who stands in an agency's place on a day; itself while it exists."""

    agency: AgencyCode
    on: date
    items: list[Heir]
