"""Receipts (biên lai): what stands on them, how they are shown and cancelled."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel

from services.intake.schemas.words import Body, Sentence
from shared.times import LocalDateTime


class LineKind(StrEnum):
    """What a line is: fee (phí), charge (lệ phí), or another obligation to the State."""

    FEE = "fee"
    CHARGE = "charge"
    OBLIGATION = "obligation"


class ReceiptCancelIn(Body):
    """Hủy biên lai; `replace` thì lập biên lai thay thế với số tiếp theo."""

    ground: Sentence
    replace: bool = False


class ReceiptView(BaseModel):
    """A receipt by number; who paid stands in its content."""

    id: UUID
    form: str
    series: str
    number: str
    kind: LineKind
    unit: str
    demand: int
    payment: int
    amount: int
    issued_at: LocalDateTime
    cancelled_at: LocalDateTime | None
    cancel_ground: str | None
    replaces: UUID | None


class ReceiptItem(BaseModel):
    """What was paid of one line."""

    name: str
    amount: int


class ReceiptContent(BaseModel):
    """What stands on a receipt beside its number."""

    unit_name: str
    dossier: str
    procedure_name: str
    payer_name: str
    payer_kind: str
    payer_identity: str | None = None
    payer_address: str | None = None
    payer_email: str | None = None
    payer_phone: str | None = None
    items: list[ReceiptItem]
    amount_in_words: str
    means: str


class ReceiptDetail(ReceiptView):
    """A receipt with what stands on it; numbers and addresses masked."""

    content: ReceiptContent
