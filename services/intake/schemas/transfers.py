"""Transfers as they are asked for and shown."""

from enum import StrEnum

from pydantic import BaseModel, Field

from services.intake.models.transfers import TransferKind
from services.intake.schemas.actions import Acceptance
from services.intake.schemas.words import AgencyCode, Body, Sentence
from shared.times import LocalDateTime


class TransferIn(Body):
    """Chuyển hồ sơ đến cơ quan có thẩm quyền."""

    to_agency: AgencyCode
    kind: TransferKind = TransferKind.BOUNDARY_FREE
    ground: Sentence
    on_paper: bool = Field(default=False, description="Kèm hồ sơ giấy: có thêm thời gian chuyển.")


class TransferReceipt(Acceptance):
    """Nhận hồ sơ chuyển đến; hồ sơ phi địa giới được tiếp nhận và hẹn trả từ lúc này."""

    complete: bool = Field(
        default=True, description="Hồ sơ đầy đủ, hợp lệ; nếu không thì chỉ nhận, chưa hẹn trả."
    )


class TransferStage(StrEnum):
    """How far a transfer is: được chuyển và chờ tiếp nhận, or đã tiếp nhận."""

    AWAITED = "awaited"
    RECEIVED = "received"


class TransferView(BaseModel):
    """One transfer of a dossier."""

    code: str
    number: int
    kind: TransferKind
    stage: TransferStage
    from_agency: str
    to_agency: str
    ground: str
    on_paper: bool
    transferred_at: LocalDateTime
    forward_by: LocalDateTime
    late: bool = Field(description="Chuyển sau thời hạn chuyển hồ sơ.")
    received_at: LocalDateTime | None
