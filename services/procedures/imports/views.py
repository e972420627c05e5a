"""What the API tells of imports, their records and the decisions on them."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.procedures.anomalies import AnomalyCode, Severity
from services.procedures.differences import DifferenceKind
from services.procedures.models import ImportForm, ImportState, ItemOutcome, ItemState
from services.procedures.texts import Text
from shared.times import LocalDateTime

CHOSEN_MAX = 10_000


class ImportSummary(BaseModel):
    """An import as lists show it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    file_name: str | None
    form: ImportForm
    valid_from: date
    bytes: int
    bytes_read: int
    state: ImportState
    uploaded_by: str
    uploaded_at: LocalDateTime
    read_at: LocalDateTime | None


class AnomalyCount(BaseModel):
    """How many records an anomaly was found in."""

    code: AnomalyCode
    severity: Severity
    label: str
    records: int


class ApprovalView(BaseModel):
    """One decision to publish: how many records, who and when; `ended_at` when all were tried."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    items: int
    incomplete_reason: str | None
    except_anomalies: list[str]
    approved_by: str
    approved_at: LocalDateTime
    ended_at: LocalDateTime | None


class ImportView(ImportSummary):
    """An import whole: how far it is, what was found, what was decided, what became of it."""

    sha256: str | None
    records: int = Field(description="Số bản ghi đã đọc / records read so far.")
    states: dict[ItemState, int]
    anomalies: list[AnomalyCount]
    outcomes: dict[ItemOutcome, int]
    pending: int = Field(description="Đã duyệt, chưa công bố / approved and not yet published.")
    approvals: list[ApprovalView]
    failure_code: str | None
    failure_detail: str | None
    rejected_by: str | None
    rejected_at: LocalDateTime | None
    rejection_reason: str | None
    forgotten_at: LocalDateTime | None = Field(description="Khi nào tệp gốc bị xóa.")


class ItemSummary(BaseModel):
    """A record of the file as lists show it; `number` counts the records, `line` is its first."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    member: str | None = Field(description="Tệp trong tệp ZIP / member of the archive.")
    line: int
    state: ItemState
    code: str | None
    name: str | None
    reason_code: str | None
    reason_detail: str | None
    reason_pointer: str | None
    anomaly_codes: list[AnomalyCode]
    base_version: int | None = Field(description="Phiên bản đang công bố được so sánh.")
    approval: int | None
    outcome: ItemOutcome | None
    version: int | None
    refusal_code: str | None
    refusal_detail: str | None


class AnomalyView(BaseModel):
    """An odd spot of a record."""

    code: AnomalyCode
    detail: str
    pointer: str


class DifferenceView(BaseModel):
    """A spot that is otherwise than in the published version."""

    model_config = ConfigDict(from_attributes=True)

    pointer: str
    kind: DifferenceKind
    before: Any
    after: Any


class ItemView(ItemSummary):
    """A record of the file whole; a bad one shows how it begins."""

    excerpt: str | None
    anomalies: list[AnomalyView] | None
    differences: list[DifferenceView] | None
    document: dict[str, Any] | None


class Approval(BaseModel):
    """Which records shall be published: all that can be, or these; less those with an anomaly."""

    model_config = ConfigDict(extra="forbid")

    all: bool = False
    items: Annotated[tuple[int, ...], Field(max_length=CHOSEN_MAX)] | None = Field(
        default=None, description="Số thứ tự bản ghi / numbers of records."
    )
    except_anomalies: tuple[AnomalyCode, ...] = ()
    incomplete_reason: Text | None = Field(
        default=None, description="Vì sao công bố cả bản ghi thiếu nội dung bắt buộc."
    )

    @model_validator(mode="after")
    def _all_or_some(self) -> Self:
        if self.all == (self.items is not None):
            raise ValueError("Hãy nêu `all` hoặc `items`, không nêu cả hai.")
        return self


class Rejection(BaseModel):
    """Why nothing more of a file shall be published."""

    model_config = ConfigDict(extra="forbid")

    reason: Text
