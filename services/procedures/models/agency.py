"""Agencies: the tree, and what each agency is."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.codes import AGENCY
from services.procedures.models.base import Base
from shared import tables


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
