"""What intake keeps of the catalogue, so that it can accept with nothing else running."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base
from shared.tables import REBUILT


class ProcedureCopy(Base):
    """A published version of a procedure, as its event told it."""

    __tablename__ = "procedure_copy"
    __table_args__ = ({"info": {REBUILT: True}},)

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AgencyCopy(Base):
    """An agency from a day on; codes were reused, so the day belongs to the key."""

    __tablename__ = "agency_copy"
    __table_args__ = ({"info": {REBUILT: True}},)

    code: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    name: Mapped[str]
    level: Mapped[str]
    parent: Mapped[str | None]
    calendar: Mapped[str | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CalendarCopy(Base):
    """A published version of a working calendar; old ones stay, promises point to them."""

    __tablename__ = "calendar_copy"
    __table_args__ = ({"info": {REBUILT: True}},)

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CopiesRevision(Base):
    """One number that grows with every applied fact, so that a change is cheap to notice."""

    __tablename__ = "copies_revision"
    __table_args__ = (CheckConstraint("one", name="one"), {"info": {REBUILT: True}})

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    revision: Mapped[int] = mapped_column(BigInteger)
