"""Requests for missing papers (phiếu yêu cầu bổ sung): one open at a time, each item reasoned."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class SupplementRequest(Base):
    """One request (form 02) and how it ended: supplemented, or closed when nobody answered."""

    __tablename__ = "supplement_request"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    before_acceptance: Mapped[bool]
    override_ground: Mapped[str | None]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    supplemented_at: Mapped[datetime | None]
    due_before: Mapped[datetime | None]
    due_after: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(server_default=text("false"))
    answer_by: Mapped[datetime | None]
    contact_officer: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "supplement_request_unanswered",
            "answer_by",
            postgresql_where=text("supplemented_at is null and closed_at is null"),
        ),
    )


class SupplementItem(Base):
    """One component asked for, and why (D63 18(5))."""

    __tablename__ = "supplement_item"

    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    component: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(
            ["dossier_id", "number"],
            ["supplement_request.dossier_id", "supplement_request.number"],
            name="supplement_item_request_fkey",
        ),
    )
