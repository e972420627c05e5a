"""The public postal service (BCCI): orders, what was told of them, records of hand-over, money."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    desc,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class Direction(StrEnum):
    """Which way an order goes: the person's papers to the agency, or its result to the person."""

    COLLECT = "collect"
    DELIVER = "deliver"


class OrderState(StrEnum):
    """Where an order is; a dossier that no order was made for has `none`."""

    NONE = "none"
    REGISTERED = "registered"
    COLLECTING = "collecting"
    HANDED_OVER = "handed_over"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Sign(StrEnum):
    """What a message says of an order: a state reached, a failed try, money, or what nobody knows.

    Those that are states bear the state's name.
    """

    REGISTERED = "registered"
    COLLECTING = "collecting"
    HANDED_OVER = "handed_over"
    DELIVERING = "delivering"
    FAILED_TRY = "failed_try"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    MONEY_COLLECTED = "money_collected"
    MONEY_PAID = "money_paid"
    UNKNOWN = "unknown"


class PostalOrder(Base):
    """An order to a carrier (phiếu gửi hồ sơ); sender and receiver are only kept sealed."""

    __tablename__ = "postal_order"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    carrier: Mapped[str]
    order_number: Mapped[str]
    direction: Mapped[str]
    agency: Mapped[str]
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    item_code: Mapped[str | None]
    cod_amount: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    with_slip: Mapped[bool] = mapped_column(server_default=text("false"))
    route: Mapped[str]
    sealed: Mapped[bytes]
    key_id: Mapped[str]
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    too_few_tries: Mapped[bool] = mapped_column(server_default=text("false"))
    last_api: Mapped[str | None]
    last_code: Mapped[str | None]
    last_told_at: Mapped[datetime | None]
    collected_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    untold: Mapped[str | None]
    """What the carrier has yet to be told: `order`, `cancel`, or nothing."""
    placed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_try: Mapped[datetime | None]
    last_error: Mapped[str | None]
    registered_by: Mapped[str]
    registered_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("direction in ('collect', 'deliver')", name="direction"),
        CheckConstraint("untold in ('order', 'cancel')", name="untold"),
        # Named by hand: the house's naming would take the first column for the whole.
        UniqueConstraint("carrier", "order_number", name="postal_order_number_key"),
        Index("postal_order_recent", desc("registered_at"), desc("id")),
        Index("postal_order_agency", "agency", desc("registered_at"), desc("id")),
        Index("postal_order_untold", "next_try", postgresql_where=text("untold is not null")),
        # A result goes out once; only when it came back, or never left, may it go again.
        Index(
            "postal_order_result",
            "dossier_id",
            unique=True,
            postgresql_where=text(
                "direction = 'deliver' and state not in ('returned', 'cancelled')"
            ),
        ),
    )


class PostalMessage(Base):
    """What a carrier, or we, told of an order, once; the carrier's words are kept sealed."""

    __tablename__ = "postal_message"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("postal_order.id"), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(primary_key=True)
    api: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    identity_shown: Mapped[bool]
    sealed: Mapped[bytes | None]
    key_id: Mapped[str]
    received_at: Mapped[datetime]


class PostalLeg(Base):
    """One way of an order in transit, against the carrier's own time (Circular 17/2017 7(2))."""

    __tablename__ = "postal_leg"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("postal_order.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger)
    started_at: Mapped[datetime]
    due_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    calendar: Mapped[str]
    calendar_version: Mapped[int]

    __table_args__ = (CheckConstraint("kind in ('there', 'back')", name="kind"),)


class PostalCursor(Base):
    """How far a carrier's list of messages was read."""

    __tablename__ = "postal_cursor"

    carrier: Mapped[str] = mapped_column(primary_key=True)
    api: Mapped[str] = mapped_column(primary_key=True)
    last_id: Mapped[str]


class PostalHandover(Base):
    """A record of hand-over signed by both sides (biên bản giao nhận); never changed."""

    __tablename__ = "postal_handover"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[str]
    year: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int]
    carrier: Mapped[str]
    direction: Mapped[str]
    signed_at: Mapped[datetime]
    signed_for_carrier: Mapped[str]
    signed_for_agency: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("direction in ('collect', 'deliver')", name="direction"),
        UniqueConstraint("agency", "year", "number", name="postal_handover_number_key"),
    )


class PostalHandoverItem(Base):
    """One order of a record: what was counted, and what its signing did to the dossier."""

    __tablename__ = "postal_handover_item"

    handover_id: Mapped[UUID] = mapped_column(ForeignKey("postal_handover.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    carrier: Mapped[str]
    direction: Mapped[str]
    order_number: Mapped[str]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("postal_order.id"), index=True)
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    effect: Mapped[str]
    refusal: Mapped[str | None]
    papers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint("effect in ('filed', 'supplemented', 'sent', 'refused')", name="effect"),
        # A parcel is handed over once; one that was refused may come again.
        Index(
            "postal_handover_item_once",
            "carrier",
            "order_number",
            "direction",
            unique=True,
            postgresql_where=text("effect <> 'refused'"),
        ),
    )


class PostalRemittance(Base):
    """Money that a carrier has remitted, as its list says (đối soát); never changed."""

    __tablename__ = "postal_remittance"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    carrier: Mapped[str]
    agency: Mapped[str]
    number: Mapped[str]
    remitted_at: Mapped[datetime]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("carrier", "agency", "number", name="postal_remittance_number_key"),
    )


class PostalRemittanceItem(Base):
    """What was remitted for one order; an order that nobody knows is kept by its number."""

    __tablename__ = "postal_remittance_item"

    remittance_id: Mapped[UUID] = mapped_column(
        ForeignKey("postal_remittance.id"), primary_key=True
    )
    order_number: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("postal_order.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)


class PostalComplaint(Base):
    """A complaint about an order and the carrier's answer; both texts are only kept sealed."""

    __tablename__ = "postal_complaint"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("postal_order.id"), index=True)
    agency: Mapped[str]
    kind: Mapped[str]
    said: Mapped[bytes]
    key_id: Mapped[str]
    raised_by: Mapped[str]
    raised_at: Mapped[datetime]
    due_on: Mapped[date]
    outcome: Mapped[str | None]
    answer: Mapped[bytes | None]
    answer_key_id: Mapped[str | None]
    compensation: Mapped[int | None] = mapped_column(BigInteger)
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind in ('complaint', 'lost', 'damaged')", name="kind"),
        CheckConstraint("outcome in ('upheld', 'rejected')", name="outcome"),
        Index("postal_complaint_agency", "agency", desc("raised_at"), desc("id")),
    )
