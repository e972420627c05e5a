"""Working calendars and their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, text
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
    """One published calendar, whole; a trigger keeps it as it is."""

    __tablename__ = "calendar_version"
    __table_args__ = (
        ForeignKeyConstraint(["code"], ["calendar.code"]),
        CheckConstraint("version > 0", name="version"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
