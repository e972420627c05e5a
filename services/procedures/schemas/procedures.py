"""Procedures and their versions, as the API takes them in and gives them out."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from services.procedures.codes import ProcedureCode
from services.procedures.content import MandatoryPart
from services.procedures.models import State
from services.procedures.records import CaseRecord, ProcedureRecord
from services.procedures.texts import Text
from shared.events import AgencyLevel, Method
from shared.times import LocalDateTime


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
    edited_at: LocalDateTime | None
    published_at: LocalDateTime | None
    missing_parts: tuple[MandatoryPart, ...] = Field(
        description="Các phần bắt buộc còn thiếu / mandatory parts that it lacks."
    )
    incomplete_reason: str | None = Field(
        description="Lý do công bố khi chưa đủ / why it was published without them."
    )
    cases: tuple[CaseRecord, ...] = Field(
        description="Các trường hợp với đủ giấy tờ / each case with all its papers."
    )
    record: ProcedureRecord = Field(description="Nội dung như khi soạn / the content as drafted.")


class Publication(BaseModel):
    """What a publication has to say; nothing when the record has full content."""

    model_config = ConfigDict(extra="forbid")

    incomplete_reason: Text | None = Field(
        default=None,
        description="Lý do công bố khi còn thiếu phần bắt buộc / why mandatory parts are missing.",
    )


class Withdrawal(BaseModel):
    """The last day of a version."""

    model_config = ConfigDict(extra="forbid")

    valid_to: date
