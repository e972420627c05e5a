"""Dossiers on their way from the agency that has them to the one that is competent."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class TransferKind(StrEnum):
    """Why a dossier is transferred."""

    BOUNDARY_FREE = "boundary_free"
    """Received elsewhere for the competent agency (phi địa giới)."""
    COMPETENCE = "competence"
    """The agency that has it is not, or no longer, the competent one."""


class Transfer(Base):
    """One transfer: sent (được chuyển), then awaited (chờ tiếp nhận), then received."""

    __tablename__ = "transfer"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kind: Mapped[str]
    from_agency: Mapped[str]
    to_agency: Mapped[str]
    ground: Mapped[str]
    before_acceptance: Mapped[bool]
    on_paper: Mapped[bool]
    transferred_by: Mapped[str]
    transferred_at: Mapped[datetime]
    forward_by: Mapped[datetime]
    received_by: Mapped[str | None]
    received_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind in ('boundary_free', 'competence')", name="kind"),
        Index(
            "transfer_awaited",
            "to_agency",
            "transferred_at",
            "dossier_id",
            postgresql_where=text("received_at is null"),
        ),
    )
