"""Money that carriers collect and remit, and complaints about their service, in and out."""

from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.intake.postal.transit import TransitVerdict
from services.intake.schemas.postal import CarrierCode, Money, OrderNumber
from services.intake.schemas.words import AgencyCode, Amount, Body, Sentence
from shared.times import LocalDateTime

REMITTED_MAX = 1000


class Match(StrEnum):
    """How an item of a remittance compares with its order."""

    MATCHED = "matched"
    AMOUNT_DIFFERS = "amount_differs"
    REMITTED_AGAIN = "remitted_again"
    UNKNOWN_ORDER = "unknown_order"


class RemittedIn(Body):
    """What was remitted for one order, in dong."""

    order_number: OrderNumber
    amount: Amount


class RemittanceIn(Body):
    """Một lần bưu điện nộp lại tiền đã thu hộ."""

    carrier: CarrierCode
    agency: AgencyCode
    number: OrderNumber = Field(description="Số bảng kê của bưu điện.")
    remitted_at: LocalDateTime
    items: Annotated[tuple[RemittedIn, ...], Field(min_length=1, max_length=REMITTED_MAX)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({item.order_number for item in self.items}) < len(self.items):
            raise ValueError("Mỗi phiếu gửi chỉ được nêu một lần trong bảng kê.")
        return self


class RemittedView(BaseModel):
    """An item against its order; `expected` is what the carrier was to collect."""

    order_number: str
    order: UUID | None
    amount: int
    expected: int | None
    match: Match


class RemittanceDetail(BaseModel):
    """A remittance and how it compares."""

    id: UUID
    carrier: str
    agency: str
    number: str
    remitted_at: LocalDateTime
    recorded_at: LocalDateTime
    total: int
    items: list[RemittedView]


class Difference(BaseModel):
    """An order whose money does not add up: collected and not remitted, or another amount."""

    order: UUID
    carrier: str
    order_number: str
    agency: str
    expected: int
    remitted: int
    difference: int = Field(description="Còn thiếu; số âm là nộp thừa / lacking.")
    collected_at: LocalDateTime | None
    registered_at: LocalDateTime


class ComplaintIn(Body):
    """Khiếu nại về một phiếu gửi."""

    kind: Literal["complaint", "lost", "damaged"]
    said: Sentence


class AnswerIn(Body):
    """Trả lời khiếu nại của bưu điện."""

    outcome: Literal["upheld", "rejected"]
    answer: Sentence
    compensation: Money | None = Field(default=None, description="Bồi thường (đồng).")


class ComplaintView(BaseModel):
    """A complaint and its answer, judged by the carrier's own time."""

    id: UUID
    order: UUID
    agency: str
    kind: str
    said: str
    raised_at: LocalDateTime
    due_on: str
    verdict: TransitVerdict
    outcome: str | None
    answer: str | None
    compensation: int | None
    answered_at: LocalDateTime | None
