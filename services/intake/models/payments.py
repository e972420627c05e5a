"""Financial obligations (nghĩa vụ tài chính): what was demanded and what was paid."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class PaymentDemand(Base):
    """An amount that the person has to pay before the dossier goes on."""

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

    __table_args__ = (CheckConstraint("paid between 0 and amount", name="paid"),)


class Payment(Base):
    """Money received for a demand."""

    __tablename__ = "payment"

    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    demand: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    means: Mapped[str]
    receipt_number: Mapped[str | None]
    received_by: Mapped[str]
    received_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["dossier_id", "demand"],
            ["payment_demand.dossier_id", "payment_demand.number"],
            name="payment_demand_fkey",
        ),
    )
