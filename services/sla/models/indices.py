"""Schemes of indices, figures entered from outside, and what sla keeps of targets and petitions."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Key, Moment


class IndexScheme(Base):
    """A version of a scheme (bộ chỉ số) that somebody published; it never changes."""

    __tablename__ = "index_scheme"

    code: Mapped[Key]
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    published_by: Mapped[str] = mapped_column(Text)
    published_at: Mapped[Moment]


class EnteredFigure(Base):
    """A figure that our data cannot give, entered with its evidence; the last one entered counts.

    Rows are only added, so that a score can be told as it was before a correction.
    """

    __tablename__ = "entered_figure"

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    scheme: Mapped[Code]
    criterion: Mapped[Code]
    agency: Mapped[Code]
    first: Mapped[date]
    last: Mapped[date]
    numerator: Mapped[Decimal]
    denominator: Mapped[Decimal]
    evidence: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[Moment]

    __table_args__ = (
        Index("entered_figure_of", "scheme", "first", "last", "agency", "criterion", "number"),
    )


class TargetCopy(Base):
    """What a target of a plan says from a day on, as procedures told it."""

    __tablename__ = "target_copy"

    code: Mapped[Key]
    effective_from: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    formula: Mapped[str] = mapped_column(Text)
    comparison: Mapped[str] = mapped_column(Text)
    threshold: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(Text)
    agency: Mapped[Code | None]
    levels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    period_from: Mapped[date]
    period_to: Mapped[date | None]
    evaluated: Mapped[bool]
    source: Mapped[str] = mapped_column(Text)
    __table_args__ = ({"info": FROM_STREAM},)


class PetitionCopy(Base):
    """A petition (phản ánh, kiến nghị) as survey told it, without its text."""

    __tablename__ = "petition_copy"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    kind: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    ended_on: Mapped[date | None]
    late: Mapped[bool]
    """Answered late, or overdue and not answered yet."""
    refused: Mapped[bool]
    proved: Mapped[bool | None]
    satisfied: Mapped[bool | None]
    __table_args__ = ({"info": FROM_STREAM},)


class SurveyPoints(Base):
    """Points of the nine indices that people gave in a month; no answer stands by itself."""

    __tablename__ = "survey_points"

    month: Mapped[date] = mapped_column(primary_key=True)
    agency: Mapped[Key]
    index: Mapped[Key]
    points: Mapped[Decimal]
    answers: Mapped[int]
    __table_args__ = ({"info": FROM_STREAM},)
