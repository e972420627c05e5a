"""Reports that were submitted, causes of lateness, and what the ledger was told late."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Moment


class LatenessCause(Base):
    """Why a dossier was late, as somebody of its agency says; a code of the catalogue."""

    __tablename__ = "lateness_cause"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[Moment]


class SubmittedReport(Base):
    """A report as it was handed in: its rows never change, whatever is told afterwards."""

    __tablename__ = "submitted_report"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(Text)
    first: Mapped[date]
    last: Mapped[date]
    agencies: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Whose dossiers; absent for everywhere."""
    group_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    position: Mapped[int | None] = mapped_column(BigInteger)
    """The place in the stream of events up to which facts were counted."""
    submitted_by: Mapped[str] = mapped_column(Text)
    submitted_at: Mapped[Moment]

    __table_args__ = (Index("submitted_report_order", "submitted_at", "id"),)


class LateEntry(Base):
    """Rows of a dossier's ledger that were recorded on a later day than the one they count on.

    Only these can change a report after its period; `on_day` is the first of their days.
    """

    __tablename__ = "late_entry"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    """The first of the rows that one fact, or a life told whole, wrote."""
    last_place: Mapped[int]
    on_day: Mapped[date]
    recorded_at: Mapped[Moment]
    __table_args__ = (
        Index("late_entry_recorded", "recorded_at", postgresql_using="brin"),
        {"info": FROM_STREAM},
    )
