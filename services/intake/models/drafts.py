"""Filings that are not handed in yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, desc
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class Draft(Base):
    """What somebody has written so far, sealed; whose it is stands only as a keyed hash."""

    __tablename__ = "draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[bytes]
    sealed: Mapped[bytes]
    key_id: Mapped[str]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("draft_author", "author", desc("updated_at"), desc("id")),
        Index("draft_expiry", "expires_at"),
    )
