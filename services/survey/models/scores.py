"""Answers counted as they come, by everything that results are asked for by."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code


class _Counted(Base):
    """What counts are told apart by; `timeliness` is late, on_time or unknown."""

    __abstract__ = True

    agency: Mapped[Code] = mapped_column(primary_key=True, sort_order=-8)
    procedure: Mapped[str] = mapped_column(primary_key=True, sort_order=-7)
    field: Mapped[str] = mapped_column(primary_key=True, sort_order=-6)
    channel: Mapped[str] = mapped_column(primary_key=True, sort_order=-5)
    timeliness: Mapped[str] = mapped_column(primary_key=True, sort_order=-4)
    month: Mapped[date] = mapped_column(primary_key=True, sort_order=-3)
    instrument: Mapped[str] = mapped_column(primary_key=True, sort_order=-2)
    instrument_version: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, sort_order=-1
    )


class Score(_Counted):
    """How many slips an agency got."""

    __tablename__ = "score"

    slips: Mapped[int]


class ScoreQuestion(_Counted):
    """How many slips answer a question, and the sum of what they say where it is a number."""

    __tablename__ = "score_question"

    question: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Numeric)


class ScoreOption(_Counted):
    """How often an option was chosen there; points and means follow from the instrument."""

    __tablename__ = "score_option"

    question: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[int]


class IndexEntry(Base):
    """Points of an index that an officer entered for a quarter; the last one of its kind counts."""

    __tablename__ = "index_entry"
    __table_args__ = (
        Index("index_entry_quarter", "year", "quarter", "agency"),
        CheckConstraint("kind in ('self', 'appraised')", name="kind"),
        CheckConstraint("quarter between 1 and 4", name="quarter"),
        CheckConstraint("index between 1 and 9", name="index"),
        CheckConstraint("points between 0 and 2", name="points"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    year: Mapped[int]
    quarter: Mapped[int]
    index: Mapped[int]
    kind: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Numeric(2, 1))
    reason: Mapped[str | None]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
