"""Devices at counters on which people judge, and the codes that open a slip there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code


class Kiosk(Base):
    """A device (máy đánh giá) of an agency; it keeps a secret of which only a hash is here."""

    __tablename__ = "kiosk"
    __table_args__ = (Index("kiosk_agency", "agency", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    name: Mapped[str]
    secret_hash: Mapped[bytes]
    registered_by: Mapped[str]
    registered_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class KioskCode(Base):
    """A short code for some minutes; gone once it was used, so that it tells nothing of who was."""

    __tablename__ = "kiosk_code"
    __table_args__ = (
        UniqueConstraint("invitation"),
        Index("kiosk_code_expires_at", "expires_at"),
    )

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    invitation: Mapped[UUID]
    expires_at: Mapped[datetime]
