"""Targets: what a plan asks for, and the versions it went through."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.models.base import Base
from shared import tables
from shared.events import NATIONAL


class Comparison(StrEnum):
    """How a figure is held against its target."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    AT_LEAST_PREVIOUS = "at_least_previous"
    """Not below the same figure of the period before; such a target has no threshold."""


class Unit(StrEnum):
    """What a figure is counted in."""

    PERCENT = "percent"
    MINUTE = "minute"
    DOSSIER = "dossier"


class Target(Base):
    """A target's code (mã chỉ tiêu), whose row is locked while a version is written."""

    __tablename__ = "target"
    __table_args__ = ({"info": {tables.AGGREGATE: "target"}},)

    code: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(server_default=text("0"), default=0)

    @property
    def aggregate_id(self) -> str:
        """Its code."""
        return self.code

    @property
    def event_agency(self) -> str:
        """The nation: the scope of a target may change from one version to the next."""
        return NATIONAL


class TargetVersion(Base):
    """What the target says from `effective_from` until its next version (chỉ tiêu)."""

    __tablename__ = "target_version"
    __table_args__ = (
        CheckConstraint("period_to >= period_from", name="period"),
        CheckConstraint(
            "(threshold is null) = (comparison = 'at_least_previous')", name="threshold"
        ),
        Index("target_version_agency", "agency"),
    )

    code: Mapped[str] = mapped_column(ForeignKey("target.code"), primary_key=True)
    effective_from: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str]
    formula: Mapped[str]
    comparison: Mapped[str]
    threshold: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    unit: Mapped[str]
    agency: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    levels: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    period_from: Mapped[date]
    period_to: Mapped[date | None]
    evaluated: Mapped[bool]
    source: Mapped[str]
    note: Mapped[str | None]
