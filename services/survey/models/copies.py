"""Small copies of what others own, fed by events: the survey works while they are down."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import FROM_STREAM, Base, Code


class DossierCopy(Base):
    """What an invitation will need of a dossier that is still under way; gone when it ends."""

    __tablename__ = "dossier_copy"
    __table_args__ = ({"info": FROM_STREAM},)

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str | None]
    agency: Mapped[Code]
    receiving_agency: Mapped[Code]
    procedure: Mapped[str]
    procedure_version: Mapped[int]
    field: Mapped[str]
    channel: Mapped[str]
    late: Mapped[bool]


class ProcedureCopy(Base):
    """The names of published procedures."""

    __tablename__ = "procedure_copy"
    __table_args__ = ({"info": FROM_STREAM},)

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]


class AgencyCopy(Base):
    """The names of agencies, and the calendars of those that have one of their own."""

    __tablename__ = "agency_copy"
    __table_args__ = ({"info": FROM_STREAM},)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    calendar: Mapped[str | None]


class CalendarCopy(Base):
    """Every published version of a working calendar."""

    __tablename__ = "calendar_copy"
    __table_args__ = ({"info": FROM_STREAM},)

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
