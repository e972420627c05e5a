"""Postal orders and records of hand-over as they are sent in and shown."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from services.intake.models.postal import Direction, OrderState
from services.intake.postal.transit import TransitRoute, TransitVerdict
from services.intake.schemas.batches import ITEMS_MAX
from services.intake.schemas.filing import PAPERS_MAX, PaperIn
from services.intake.schemas.words import (
    NO_NUL,
    AgencyCode,
    Body,
    Email,
    Name,
    Phone,
    Sentence,
    Short,
)
from shared.times import LocalDateTime

CarrierCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,20}$")]
OrderNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-_/]{3,60}$")]
Province = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=NO_NUL)]
Money = Annotated[int, Field(ge=0, le=10**10)]


class CarrierOrder(Body):
    """An order in the carriers' own field names; it is sent on as it is."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)

    order_number: OrderNumber | None = Field(
        default=None, description="Mặc định là mã hồ sơ / the dossier's code unless given."
    )
    item_code: OrderNumber | None = Field(default=None, alias="ItemCode", description="Mã vận đơn.")
    cod_amount: Money = Field(default=0, description="Số tiền bưu điện thu hộ (đồng).")
    sender_province: Province
    sender_district: Province | None = None
    sender_address: Sentence
    sender_name: Name
    sender_email: Email | None = None
    sender_tel: Phone
    sender_desc: Sentence | None = Field(default=None, description="Danh mục giấy tờ.")
    description: Sentence | None = None
    receiver_name: Name
    receiver_address: Sentence
    receiver_tel: Phone
    receiver_province: Province
    receiver_district: Province | None = None
    receiver_email: Email | None = None
    flag_config: Short | None = Field(default=None, alias="FlagConfig")


class OrderIn(Body):
    """Phiếu gửi hồ sơ hoặc kết quả qua bưu chính công ích."""

    carrier: CarrierCode
    direction: Direction
    dossier: Short | None = Field(default=None, description="Mã hồ sơ; bắt buộc khi trả kết quả.")
    agency: AgencyCode | None = Field(
        default=None, description="Cơ quan của hồ sơ chưa nộp; có hồ sơ thì bỏ trống."
    )
    with_slip: bool = Field(default=False, description="Kèm giấy hẹn: thời gian đi và về.")
    order: CarrierOrder

    @model_validator(mode="after")
    def _names_its_place(self) -> Self:
        if self.direction is Direction.DELIVER and self.dossier is None:
            raise ValueError("Trả kết quả phải nêu hồ sơ (dossier).")
        if (self.dossier is None) == (self.agency is None):
            raise ValueError("Nêu hồ sơ (dossier) hoặc cơ quan (agency), không cả hai.")
        return self


class Contact(BaseModel):
    """Sender or receiver, numbers masked."""

    name: str
    tel: str | None
    province: str


class Told(BaseModel):
    """The last message, raw."""

    api: str
    code: str
    at: LocalDateTime


class OrderView(BaseModel):
    """An order and where it is."""

    id: UUID
    carrier: str
    order_number: str
    direction: Direction
    agency: str
    dossier: UUID | None
    item_code: str | None
    cod_amount: int
    with_slip: bool
    route: TransitRoute
    state: OrderState
    tries: int = Field(description="Số lần phát không thành công / failed tries.")
    too_few_tries: bool = Field(
        description="Chuyển hoàn khi chưa đủ hai lần phát cách nhau 2 ngày làm việc."
    )
    last: Told | None
    waits: str | None = Field(
        description="carrier_not_configured, being_sent, being_cancelled; null khi không chờ."
    )
    attempts: int
    last_error: str | None
    placed_at: LocalDateTime | None
    collected_at: LocalDateTime | None = Field(description="Khi bưu điện thu được tiền.")
    paid_at: LocalDateTime | None = Field(description="Khi bưu điện nộp lại tiền.")
    registered_at: LocalDateTime


class LegView(BaseModel):
    """One way in transit, judged by the carrier's own time; no agency's clock hears of it."""

    kind: str
    days: int
    started_at: LocalDateTime
    due_on: str
    ended_at: LocalDateTime | None
    verdict: TransitVerdict


class OrderDetail(OrderView):
    """An order with its people and its legs."""

    sender: Contact
    receiver: Contact
    legs: list[LegView]


class DossierPost(BaseModel):
    """What the post does for one dossier; `none` where it was not asked."""

    collect: OrderState
    deliver: OrderState
    orders: list[OrderView]


class HandoverItemIn(Body):
    """One parcel of a record: a dossier to be filed, one that exists, or a result sent out."""

    order_number: OrderNumber
    papers: Annotated[tuple[PaperIn, ...], Field(max_length=PAPERS_MAX)] = Field(
        default=(), description="Giấy tờ hai bên đã kiểm đếm / counted together."
    )
    filing: dict[str, Any] | None = Field(
        default=None,
        description="Hồ sơ như ở POST /v1/dossiers; kênh và thời điểm nộp do biên bản.",
    )
    dossier: Short | None = Field(
        default=None, description="Hồ sơ chờ bổ sung, hoặc hồ sơ có kết quả được gửi đi."
    )


class HandoverIn(Body):
    """Biên bản giao nhận giữa bưu điện và cơ quan."""

    agency: AgencyCode
    carrier: CarrierCode
    direction: Direction = Direction.COLLECT
    signed_at: LocalDateTime
    signed_for_carrier: Short
    signed_for_agency: Short
    items: Annotated[tuple[HandoverItemIn, ...], Field(min_length=1, max_length=ITEMS_MAX)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        numbers = [item.order_number for item in self.items]
        if len(set(numbers)) < len(numbers):
            raise ValueError("Mỗi phiếu gửi chỉ được nêu một lần trong biên bản.")
        return self


class HandoverItemView(BaseModel):
    """One parcel of a record and what its signing did."""

    order_number: str
    order: UUID | None
    dossier: UUID | None
    effect: str = Field(description="filed, supplemented, sent, refused.")
    refusal: str | None = Field(description="Mã lý do khi chưa nhận được / the refusal's code.")
    papers: list[PaperIn]


class HandoverView(BaseModel):
    """A record of hand-over; nobody changes it."""

    id: UUID
    agency: str
    year: int
    number: int
    carrier: str
    direction: Direction
    signed_at: LocalDateTime
    signed_for_carrier: str
    signed_for_agency: str
    recorded_by: str
    recorded_at: LocalDateTime


class HandoverDetail(HandoverView):
    """A record with everything in it."""

    items: list[HandoverItemView]


class Applied(BaseModel):
    """What came of messages; told again, they change nothing."""

    messages: int
    new: int
    unknown_orders: int
