"""Originals (bản chính) that were held for comparison and are given back (D61 20(2))."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class OriginalsReturn(Base):
    """One giving back of originals; who took them and what they showed is sealed."""

    __tablename__ = "originals_return"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    recipient: Mapped[bytes | None]
    key_id: Mapped[str]
    by_proxy: Mapped[bool]
    given_by: Mapped[str]
    given_at: Mapped[datetime]


class OriginalsReturnItem(Base):
    """How many originals of one component were given back."""

    __tablename__ = "originals_return_item"

    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    component: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        ForeignKeyConstraint(
            ["dossier_id", "number"],
            ["originals_return.dossier_id", "originals_return.number"],
            name="originals_return_item_return_fkey",
        ),
        CheckConstraint("count > 0", name="count"),
    )
