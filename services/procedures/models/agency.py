"""Agencies: the tree, and what each agency is."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.codes import AGENCY
from services.procedures.models.base import Base
from shared import tables

EMPTY_LIST = text("'[]'")


class AgencyKind(StrEnum):
    """What an agency is (loại cơ quan)."""

    PEOPLE_COMMITTEE = "people_committee"
    OFFICE = "office"
    DEPARTMENT = "department"
    """Specialised agency (sở, phòng chuyên môn)."""
    ONE_STOP_CENTRE = "one_stop_centre"
    """Bộ phận Một cửa, Trung tâm Phục vụ hành chính công."""
    RECEPTION_POINT = "reception_point"
    """Điểm tiếp nhận của một trung tâm."""
    VERTICAL = "vertical"
    """Central agency with local branches (ngành dọc): tax, social insurance, police."""
    POST_OFFICE = "post_office"
    """Post-office counter that receives for agencies (Decision 45/2016/QĐ-TTg)."""
    OTHER = "other"


class Part(StrEnum):
    """How much of an ended agency a successor took over."""

    WHOLE = "whole"
    PART = "part"


class Agency(Base):
    """An agency in the tree (cơ quan): its code tells the place, no calendar means its parent's."""

    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint(f"code ~ '{AGENCY}'", name="code"),
        CheckConstraint("starts_with(code, parent || '.')", name="parent"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index("agency_parent", "parent", "code"),
        Index("agency_level", "level", "code"),
        Index("agency_old_identifier", "old_identifier"),
        Index(
            "agency_successors",
            "successors",
            postgresql_using="gin",
            postgresql_ops={"successors": "jsonb_path_ops"},
        ),
        Index(
            "agency_acts_for",
            "acts_for",
            postgresql_using="gin",
            postgresql_ops={"acts_for": "jsonb_path_ops"},
        ),
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
    old_identifier: Mapped[str | None]
    other_codes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST)
    acts_for: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST)
    modern_since: Mapped[date | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    hotline: Mapped[str | None]
    site: Mapped[str | None]
    note: Mapped[str | None]

    @property
    def aggregate_id(self) -> str:
        """Its code."""
        return self.code

    @property
    def event_agency(self) -> str:
        """Itself."""
        return self.code

    def exists_on(self, day: date) -> bool:
        """Whether it is there on a business date, its last day included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
