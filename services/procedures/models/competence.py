"""Competence: which agency receives, decides and supports which procedure."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.models.base import Base
from shared import tables
from shared.events import NATIONAL


class CompetenceRole(StrEnum):
    """What an agency does in a procedure (thẩm quyền)."""

    RECEIVES = "receives"
    """Tiếp nhận hồ sơ và trả kết quả."""
    DECIDES = "decides"
    """Giải quyết."""
    COOPERATES = "cooperates"
    """Phối hợp giải quyết."""


class Competence(Base):
    """The list of one procedure's agencies, whose row is locked while the list changes."""

    __tablename__ = "competence"
    __table_args__ = ({"info": {tables.AGGREGATE: "competence"}},)

    procedure: Mapped[str] = mapped_column(ForeignKey("procedure.code"), primary_key=True)
    sequence: Mapped[int] = mapped_column(server_default=text("0"), default=0)

    @property
    def aggregate_id(self) -> str:
        """Its procedure's code."""
        return self.procedure

    @property
    def event_agency(self) -> str:
        """The nation: a list may name agencies of several provinces."""
        return NATIONAL


class CompetenceLine(Base):
    """One agency, or all agencies of a level at and below it, and what it does from when to when.

    `boundary_free` tells where dossiers may come from regardless of boundaries.
    """

    __tablename__ = "competence_line"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index("competence_line_agency", "agency", "procedure"),
    )

    procedure: Mapped[str] = mapped_column(ForeignKey("competence.procedure"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agency: Mapped[str] = mapped_column(ForeignKey("agency.code"))
    level: Mapped[str | None]
    role: Mapped[str]
    boundary_free: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
