"""Working calendars, their versions, and versions that are only being considered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.models.base import Base
from shared import tables
from shared.events import NATIONAL


class Calendar(Base):
    """A working calendar's code (lịch làm việc), whose row is locked while a version is added."""

    __tablename__ = "calendar"
    __table_args__ = ({"info": {tables.AGGREGATE: "calendar"}},)

    code: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(server_default=text("0"), default=0)

    @property
    def aggregate_id(self) -> str:
        """Its code."""
        return self.code

    @property
    def event_agency(self) -> str:
        """The nation: agencies of any province may work by it."""
        return NATIONAL


class CalendarVersion(Base):
    """One published calendar, whole; a trigger keeps it as it is.

    A derived one also keeps what it says for itself (`own`), and which version of its base it
    follows.
    """

    __tablename__ = "calendar_version"
    __table_args__ = (
        ForeignKeyConstraint(["code"], ["calendar.code"]),
        ForeignKeyConstraint(
            ["base", "base_version"],
            ["calendar_version.code", "calendar_version.version"],
            name="calendar_version_base_fkey",
        ),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("num_nulls(base, base_version, own) in (0, 3)", name="base"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]]
    base: Mapped[str | None]
    base_version: Mapped[int | None]
    own: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    published_at: Mapped[datetime]
    published_by: Mapped[str]


class CalendarPreview(Base):
    """A next version that somebody considers; `calendars` are all that it would move along."""

    __tablename__ = "calendar_preview"
    __table_args__ = (Index("calendar_preview_age", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("calendar.code"))
    content: Mapped[dict[str, Any]]
    calendars: Mapped[list[str]]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
