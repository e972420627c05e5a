"""Payments on the national platform, and what the platform says of them."""

from typing import Annotated

from pydantic import AnyHttpUrl, BaseModel, Field, IPvAnyAddress, StrictInt, StringConstraints

from services.intake.models.payments import PlatformState
from services.intake.schemas.words import Body, DemandNumber
from shared.times import LocalDateTime

MEMBERS_MAX = 40

Member = Annotated[str, StringConstraints(max_length=40)]
Value = Annotated[str, StringConstraints(max_length=1000)]
Confirmation = Annotated[dict[Member, Value | StrictInt | None], Field(max_length=MEMBERS_MAX)]
"""What the platform confirms, in its own field names."""


class PlatformPaymentIn(Body):
    """Nộp trực tuyến một khoản phải nộp."""

    demand: DemandNumber | None = Field(default=None, description="Mặc định là khoản đang chờ.")
    payer_address: IPvAnyAddress = Field(description="Địa chỉ IP của người nộp.")


class PlatformPaymentView(BaseModel):
    """A try to pay on the national platform."""

    reference: str
    demand: int
    amount: int
    currency: str
    state: PlatformState
    link: str | None = Field(description="Trang thanh toán để chuyển người nộp đến.")
    opened_at: LocalDateTime
    settled_at: LocalDateTime | None


class BillView(BaseModel):
    """Where the platform keeps its bill of a payment."""

    reference: str
    url: AnyHttpUrl
