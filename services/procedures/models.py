"""The catalogue's tables: agencies, fields, procedures with versions, calendars with versions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.procedures.codes import AGENCY, PROCEDURE
from shared import database, tables
from shared.events import NATIONAL


class Base(DeclarativeBase):
    """The catalogue's tables, the kernel's among them."""

    metadata = database.metadata()
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it as a class attribute)
        str: Text,
        bytes: LargeBinary,
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
        datetime: DateTime(timezone=True),
    }


tables.add_outbox(Base.metadata)
tables.add_idempotency(Base.metadata)
tables.add_consumer(Base.metadata)
METADATA = Base.metadata


class AgencyKind(StrEnum):
    """What an agency is (loại cơ quan)."""

    PEOPLE_COMMITTEE = "people_committee"
    OFFICE = "office"
    DEPARTMENT = "department"
    SERVICE_CENTRE = "service_centre"
    VERTICAL = "vertical"
    OTHER = "other"


class Agency(Base):
    """An agency in the tree (cơ quan): its code tells the place, no calendar means its parent's."""

    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint(f"code ~ '{AGENCY}'", name="code"),
        CheckConstraint("starts_with(code, parent || '.')", name="parent"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index("agency_parent", "parent", "code"),
        Index("agency_level", "level", "code"),
        {"info": {tables.AGGREGATE: "agency"}},
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    name: Mapped[str]
    level: Mapped[str]
    kind: Mapped[str]
    parent: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    calendar: Mapped[str | None] = mapped_column(ForeignKey("calendar.code"))
    statistical_code: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successors: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    note: Mapped[str | None]

    @property
    def aggregate_id(self) -> str:
        """Its code."""
        return self.code

    @property
    def event_agency(self) -> str:
        """Itself."""
        return self.code


class Field(Base):
    """A field of procedures (lĩnh vực) and the ministry that leads it, where that is known."""

    __tablename__ = "field"
    __table_args__ = (Index("field_sort_key", "sort_key", "name"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    sort_key: Mapped[str]
    ministry_code: Mapped[str | None]
    ministry: Mapped[str | None]


class Procedure(Base):
    """A procedure's code (mã thủ tục), whose row is locked while a version changes."""

    __tablename__ = "procedure"
    __table_args__ = (
        CheckConstraint(f"code ~ '{PROCEDURE}'", name="code"),
        {"info": {tables.AGGREGATE: "procedure"}},
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(server_default=text("0"), default=0)

    @property
    def aggregate_id(self) -> str:
        """Its code."""
        return self.code

    @property
    def event_agency(self) -> str:
        """The nation: no single agency owns a procedure."""
        return NATIONAL


class State(StrEnum):
    """Where a version stands (trạng thái công bố)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    EXPIRED = "expired"


class ProcedureVersion(Base):
    """One version: `document` is its whole content, the columns beside it serve search.

    Published ones never change (a trigger guards that) but for an earlier last day.
    """

    __tablename__ = "procedure_version"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        ExcludeConstraint(
            ("code", "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=text("published_at is not null"),
            name="procedure_version_validity_excl",
        ),
        Index(
            "procedure_version_search",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
            # Written a few times a week: no list of pending entries for searches to walk.
            postgresql_with={"fastupdate": "off"},
            postgresql_where=text("published_at is not null"),
        ),
        Index("procedure_version_field", "field", "code"),
        Index("procedure_version_levels", "levels", postgresql_using="gin"),
        Index("procedure_version_methods", "methods", postgresql_using="gin"),
    )

    code: Mapped[str] = mapped_column(ForeignKey("procedure.code"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    field: Mapped[str]
    levels: Mapped[list[str]]
    methods: Mapped[list[str]]
    internal: Mapped[bool]
    same_day: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    search_key: Mapped[str]
    document: Mapped[dict[str, Any]]
    content_hash: Mapped[bytes]
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]

    def state_on(self, day: date) -> State:
        """Where it stands on a business date; time alone makes a published version expire."""
        if self.published_at is None:
            return State.DRAFT
        ended = self.valid_to is not None and self.valid_to < day
        return State.EXPIRED if ended else State.PUBLISHED


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
