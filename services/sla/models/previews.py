"""Calendars that are only being considered, and what they would move."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import Base, Key, Moment

OF_PREVIEW = "calendar_preview.id"


class CalendarPreview(Base):
    """A preview that was told; counted when somebody first asks, and kept for a month."""

    __tablename__ = "calendar_preview"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    calendars: Mapped[list[str]] = mapped_column(ARRAY(Text))
    previewed_at: Mapped[Moment]
    counted_at: Mapped[Moment | None]
    __table_args__ = (Index("calendar_preview_age", "previewed_at"),)


class PreviewedCalendar(Base):
    """One calendar of a preview, whole; all of them come before anything is counted."""

    __tablename__ = "previewed_calendar"

    preview: Mapped[UUID] = mapped_column(
        ForeignKey(OF_PREVIEW, ondelete="cascade"), primary_key=True
    )
    code: Mapped[Key]
    version: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)


class PreviewAgency(Base):
    """Open clocks of an agency: counted, moved earlier and later, by how many working minutes.

    `as_told` counts those whose due another system told; it stands, whatever the calendar says.
    """

    __tablename__ = "preview_agency"

    preview: Mapped[UUID] = mapped_column(
        ForeignKey(OF_PREVIEW, ondelete="cascade"), primary_key=True
    )
    agency: Mapped[Key]
    receiving_agency: Mapped[Key]
    counted: Mapped[int]
    earlier: Mapped[int]
    later: Mapped[int]
    as_told: Mapped[int]
    earlier_minutes: Mapped[int]
    later_minutes: Mapped[int]
