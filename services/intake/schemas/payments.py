"""Fees, payments and refunds: what an officer says, and what is shown."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.intake.schemas.platform import PlatformPaymentView
from services.intake.schemas.receipts import LineKind, ReceiptView
from services.intake.schemas.words import (
    Amount,
    Body,
    DemandNumber,
    IdentityNumber,
    Name,
    Sentence,
    Short,
)
from shared.times import LocalDateTime

LINES_MAX = 50
QUANTITY_MAX = 10_000


class Exemption(Body):
    """Miễn, giảm: căn cứ và loại giấy tờ chứng minh (không ghi số giấy tờ)."""

    ground: Sentence
    paper: Short
    amount: Amount | None = Field(default=None, description="Bỏ trống là miễn toàn bộ.")


class FeeLine(Body):
    """Một khoản phí, lệ phí; theo biểu đã công bố (`published`), hoặc kèm căn cứ pháp lý."""

    published: Annotated[int, Field(ge=0, le=200)] | None = Field(
        default=None, description="Thứ tự khoản trong biểu phí đã công bố, từ 0."
    )
    quantity: Annotated[int, Field(ge=1, le=QUANTITY_MAX)] = 1
    kind: Literal[LineKind.FEE, LineKind.CHARGE] | None = None
    name: Short | None = None
    amount: Annotated[int, Field(ge=0, le=10**15)] | None = None
    ground: Sentence | None = None
    exemption: Exemption | None = None


class FeeDemandIn(Body):
    """Thông báo phí, lệ phí phải nộp; hồ sơ không phải chờ."""

    lines: Annotated[tuple[FeeLine, ...], Field(min_length=1, max_length=LINES_MAX)]
    reason: Sentence = "Phí, lệ phí giải quyết thủ tục hành chính"


class CancelIn(Body):
    """Hủy khoản phải nộp."""

    ground: Sentence


class Account(Body):
    """Tài khoản nhận tiền hoàn."""

    number: IdentityNumber
    name: Name
    bank: Short


class RefundIn(Body):
    """Hoàn tiền: căn cứ, tài khoản; người gửi yêu cầu này là người duyệt."""

    demand: DemandNumber | None = None
    amount: Amount | None = Field(default=None, description="Bỏ trống là toàn bộ phần còn lại.")
    reference: Short | None = Field(
        default=None, description="Giao dịch trực tuyến nộp thừa; hoàn toàn bộ giao dịch đó."
    )
    ground: Sentence
    account: Account


class PaymentState(StrEnum):
    """How a demand stands (trạng thái thanh toán)."""

    UNPAID = "unpaid"
    PENDING = "pending"
    PAID = "paid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state as it is worded nationally."""
        return STATE_LABELS[self]


STATE_LABELS: dict[PaymentState, str] = {
    PaymentState.UNPAID: "Chưa thanh toán",
    PaymentState.PENDING: "Chờ thanh toán",
    PaymentState.PAID: "Đã thanh toán",
    PaymentState.REFUNDED: "Đã hoàn phí",
    PaymentState.CANCELLED: "Hủy",
}


class LineView(BaseModel):
    """One line of a demand."""

    kind: LineKind
    name: str
    amount: int
    exempted: int
    ground: str | None
    exemption_ground: str | None
    exemption_paper: str | None


class PaymentView(BaseModel):
    """Money that was received."""

    number: int
    amount: int
    means: str
    receipt_number: str | None
    collected_by: str | None
    received_by: str
    received_at: LocalDateTime


class DemandView(BaseModel):
    """A demand with what became of it."""

    number: int
    state: PaymentState
    label: str
    waits: bool = Field(description="Hồ sơ chờ đến khi nộp đủ (trạng thái 6).")
    amount: int
    paid: int
    refunded: int
    refund_due: int = Field(description="Đã thu nhưng phải hoàn, vì hồ sơ rút trước tiếp nhận.")
    currency: str
    reason: str
    demanded_at: LocalDateTime
    settled_at: LocalDateTime | None
    cancelled_at: LocalDateTime | None
    lines: list[LineView]
    payments: list[PaymentView]


class RefundView(BaseModel):
    """Money that was given back; the account masked."""

    number: int
    demand: int
    amount: int
    ground: str
    account: str | None
    bank: str
    approved_by: str
    approved_at: LocalDateTime
    reference: str | None


class PublishedFeeView(BaseModel):
    """A published fee that a line may name by its `index`."""

    index: int
    kind: LineKind | None
    amount: int | None
    currency: str
    text: str


class AppointmentsView(BaseModel):
    """The two appointments; the payer's time stands outside both."""

    first_due_at: LocalDateTime | None
    first_ended_at: LocalDateTime | None
    second_counts_from: LocalDateTime | None
    second_due_at: LocalDateTime | None


class DossierMoney(BaseModel):
    """Everything about a dossier's money."""

    code: str
    published: list[PublishedFeeView]
    demands: list[DemandView]
    receipts: list[ReceiptView]
    refunds: list[RefundView]
    online: list[PlatformPaymentView]
    appointments: AppointmentsView | None
