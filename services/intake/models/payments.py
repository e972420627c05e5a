"""Money (phí, lệ phí, nghĩa vụ tài chính): demanded, paid, receipted, paid back."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base

PENDING = text("state = 'pending'")


class PlatformState(StrEnum):
    """How a payment on the national platform stands; `excess` is money that nobody owed."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    EXCESS = "excess"


class PaymentDemand(Base):
    """An amount that the person has to pay; where it `waits`, the dossier does until it is paid."""

    __tablename__ = "payment_demand"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    reason: Mapped[str]
    paid: Mapped[int] = mapped_column(BigInteger)
    payments: Mapped[int] = mapped_column(SmallInteger)
    demanded_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    waits: Mapped[bool] = mapped_column(server_default=text("true"))
    demanded_by: Mapped[str | None]
    refunded: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    cancelled_at: Mapped[datetime | None]
    cancel_ground: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("paid between 0 and amount", name="paid"),
        CheckConstraint("refunded between 0 and paid", name="refunded"),
    )


class PaymentLine(Base):
    """One fee (phí), charge (lệ phí) or obligation of a demand, and what was exempted of it."""

    __tablename__ = "payment_line"

    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    demand: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    ground: Mapped[str | None]
    exempted: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    exemption_ground: Mapped[str | None]
    exemption_paper: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["dossier_id", "demand"],
            ["payment_demand.dossier_id", "payment_demand.number"],
            name="payment_line_demand_fkey",
        ),
        CheckConstraint("exempted between 0 and amount", name="exempted"),
    )


class Payment(Base):
    """Money received for a demand; `collected_by` where another unit, as the post, took it in."""

    __tablename__ = "payment"

    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    demand: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    means: Mapped[str]
    receipt_number: Mapped[str | None]
    received_by: Mapped[str]
    received_at: Mapped[datetime]
    collected_by: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["dossier_id", "demand"],
            ["payment_demand.dossier_id", "payment_demand.number"],
            name="payment_demand_fkey",
        ),
    )


class Receipt(Base):
    """A receipt (biên lai) of one kind for one payment; what it says of the payer is sealed."""

    __tablename__ = "receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit: Mapped[str]
    kind: Mapped[str]
    series: Mapped[str]
    year: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int]
    form: Mapped[str]
    dossier_id: Mapped[UUID]
    demand: Mapped[int] = mapped_column(SmallInteger)
    payment: Mapped[int] = mapped_column(SmallInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes]
    key_id: Mapped[str]
    issued_by: Mapped[str]
    issued_at: Mapped[datetime]
    replaces: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"))
    cancelled_by: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]
    cancel_ground: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("unit", "kind", "series", "year", "number", name="receipt_number_key"),
        ForeignKeyConstraint(
            ["dossier_id", "demand", "payment"],
            ["payment.dossier_id", "payment.demand", "payment.number"],
            name="receipt_payment_fkey",
        ),
        Index("receipt_dossier", "dossier_id", "issued_at"),
    )


class ReceiptSequence(Base):
    """The last number of a series; fees and charges count apart, and no number is left out."""

    __tablename__ = "receipt_sequence"

    unit: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int]


class PlatformPayment(Base):
    """One try to pay a demand on the national platform, under a reference of ours."""

    __tablename__ = "platform_payment"

    reference: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID]
    demand: Mapped[int] = mapped_column(SmallInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    state: Mapped[str]
    link: Mapped[str | None]
    transaction: Mapped[str | None]
    opened_at: Mapped[datetime]
    next_query: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["dossier_id", "demand"],
            ["payment_demand.dossier_id", "payment_demand.number"],
            name="platform_payment_demand_fkey",
        ),
        CheckConstraint("state in ('pending', 'paid', 'failed', 'expired', 'excess')", "state"),
        # Two ways to pay one demand at the same time would be paid twice.
        Index(
            "platform_payment_open",
            "dossier_id",
            "demand",
            unique=True,
            postgresql_where=PENDING,
        ),
        Index("platform_payment_query", "next_query", postgresql_where=PENDING),
    )


class Refund(Base):
    """Money given back: why, who approved it, and the account, which is sealed.

    Of a payment on the platform that nobody owed, `reference` says which.
    """

    __tablename__ = "refund"

    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    demand: Mapped[int] = mapped_column(SmallInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    ground: Mapped[str]
    account: Mapped[bytes]
    key_id: Mapped[str]
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]
    reference: Mapped[str | None] = mapped_column(ForeignKey("platform_payment.reference"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["dossier_id", "demand"],
            ["payment_demand.dossier_id", "payment_demand.number"],
            name="refund_demand_fkey",
        ),
        Index("refund_reference", "reference", unique=True),
    )


class Appointments(Base):
    """The two appointments of a land dossier, as its acceptance fixed them (hai lần hẹn)."""

    __tablename__ = "appointments"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    first_value: Mapped[Decimal]
    first_unit: Mapped[str]
    second_value: Mapped[Decimal]
    second_unit: Mapped[str]
    first_due_at: Mapped[datetime | None]
    first_ended_at: Mapped[datetime | None]
    counts_from: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
