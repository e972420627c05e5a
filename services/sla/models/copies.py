"""Small copies of the catalogue, fed by events: sla works while procedures is down."""

from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Key


class AgencyCopy(Base):
    """An agency as it was last told."""

    __tablename__ = "agency_copy"

    code: Mapped[Key]
    name: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parent: Mapped[Code | None]
    calendar: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    __table_args__ = ({"info": FROM_STREAM},)


class ProcedureCopy(Base):
    """Every published version of a procedure; `document` is the event's own content."""

    __tablename__ = "procedure_copy"

    code: Mapped[Key]
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    __table_args__ = ({"info": FROM_STREAM},)


class CalendarCopy(Base):
    """Every published version of a working calendar; old dues are told by old versions."""

    __tablename__ = "calendar_copy"

    code: Mapped[Key]
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    __table_args__ = ({"info": FROM_STREAM},)
