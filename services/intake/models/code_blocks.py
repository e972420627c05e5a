"""Dossier codes lent to counters that work without the network."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, desc
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class CodeBlock(Base):
    """Consecutive orders of an agency's day; what is not used by its end is void for ever."""

    __tablename__ = "code_block"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[str]
    day: Mapped[date]
    first: Mapped[int]
    last: Mapped[int]
    leased_by: Mapped[str]
    leased_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("first <= last", name="orders"),
        Index("code_block_agency", "agency", desc("day"), desc("first"), unique=True),
    )
