"""Slips that look like ballot stuffing, and what tells one sender from another for a day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code


class Suspicion(Base):
    """Slips of an agency and a month that are counted apart until an officer decided on them."""

    __tablename__ = "suspicion"
    __table_args__ = (
        Index(
            "suspicion_pending",
            "agency",
            "month",
            "reason",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        CheckConstraint("reason in ('burst', 'alike')", name="reason"),
        CheckConstraint("status in ('pending', 'counted', 'dismissed')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    month: Mapped[date]
    reason: Mapped[str]
    slips: Mapped[int]
    status: Mapped[str]
    ground: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class SourceKey(Base):
    """The key of a day's hashes of senders; without it they are nobody's."""

    __tablename__ = "source_key"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[bytes]
