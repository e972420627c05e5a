"""Answers counted as they come, by agency, procedure and month."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code


class Score(Base):
    """How many slips an agency got for a procedure in a month."""

    __tablename__ = "score"

    agency: Mapped[Code] = mapped_column(primary_key=True)
    procedure: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(primary_key=True)
    instrument_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slips: Mapped[int]


class ScoreOption(Base):
    """How often an option was chosen there; points and means follow from the instrument."""

    __tablename__ = "score_option"

    agency: Mapped[Code] = mapped_column(primary_key=True)
    procedure: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(primary_key=True)
    instrument_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[int]
