"""Fields, and procedures with their versions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.codes import PROCEDURE
from services.procedures.models.base import Base
from shared import tables
from shared.events import NATIONAL


class Field(Base):
    """A field of procedures (lĩnh vực) and the ministry that leads it, where that is known."""

    __tablename__ = "field"
    __table_args__ = (Index("field_sort_key", "sort_key", "name"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(unique=True)
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
    last_version: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    """The highest number ever given: a discarded draft's number is not given again."""

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
        CheckConstraint(
            "full_content or published_at is null or incomplete_reason is not null",
            name="full_content",
        ),
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
    linked: Mapped[bool]
    charges: Mapped[bool]
    cuts_limit: Mapped[bool]
    online_level: Mapped[str | None]
    boundary_free: Mapped[str | None]
    pays_online: Mapped[bool | None]
    decision_signed_on: Mapped[date | None]
    full_content: Mapped[bool]
    incomplete_reason: Mapped[str | None]
    search_key: Mapped[str]
    search_name: Mapped[str]
    search_spelling: Mapped[str]
    document: Mapped[dict[str, Any]]
    content_hash: Mapped[bytes]
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str]
    edited_at: Mapped[datetime | None]
    edited_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]

    def state_on(self, day: date) -> State:
        """Where it stands on a business date; time alone makes a published version expire."""
        if self.published_at is None:
            return State.DRAFT
        ended = self.valid_to is not None and self.valid_to < day
        return State.EXPIRED if ended else State.PUBLISHED
