"""Who works on a dossier: open steps, agencies that take part, opinions, and copied processes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base
from shared.tables import REBUILT


class ProcessCopy(Base):
    """A process as its event told it; retired ones stay, dossiers under way finish by them."""

    __tablename__ = "process_copy"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    procedure: Mapped[str]
    version: Mapped[int]
    retired_at: Mapped[datetime | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        Index("process_copy_procedure", "procedure", "version"),
        {"info": {REBUILT: True}},
    )


class Assignment(Base):
    """An open step: who has it, who gave it, whether it was received (rõ người, rõ việc).

    Until `confirmed_at` it lies with the giver. Where no process is followed, `step` is empty.
    """

    __tablename__ = "assignment"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    agency: Mapped[str]
    unit: Mapped[str | None]
    officer: Mapped[str | None]
    from_unit: Mapped[str | None]
    from_officer: Mapped[str | None]
    given_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]

    __table_args__ = (
        # Oldest first: of an agency, of one of its units, of an officer; then what is late.
        Index("assignment_agency", "agency", "given_at", "dossier_id", "step"),
        Index("assignment_unit", "agency", "unit", "given_at", "dossier_id", "step"),
        Index(
            "assignment_officer",
            "officer",
            "given_at",
            "dossier_id",
            "step",
            postgresql_where=text("officer is not null"),
        ),
        Index(
            "assignment_unconfirmed",
            "agency",
            "given_at",
            "dossier_id",
            "step",
            postgresql_where=text("confirmed_at is null"),
        ),
        Index(
            "assignment_given",
            "from_officer",
            "given_at",
            "dossier_id",
            "step",
            postgresql_where=text("confirmed_at is null"),
        ),
        Index(
            "assignment_due",
            "agency",
            "due_at",
            "dossier_id",
            "step",
            postgresql_where=text("due_at is not null"),
        ),
    )


class Involvement(Base):
    """An agency that takes part in a dossier beside those that receive, decide and support it."""

    __tablename__ = "involvement"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    agency: Mapped[str] = mapped_column(primary_key=True)


class Opinion(Base):
    """What another agency was asked, until when, and what it answered (D61 19(5))."""

    __tablename__ = "opinion"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    agency: Mapped[str]
    question: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str | None]
    given_by: Mapped[str | None]
    given_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "opinion_open",
            "agency",
            "due_at",
            "dossier_id",
            "number",
            postgresql_where=text("given_at is null"),
        ),
    )
