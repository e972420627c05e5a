"""Samples for sociological surveys, and the returned dossiers that they are drawn from."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import FROM_STREAM, Base, Code


class ReturnedDossier(Base):
    """A dossier whose result was handed over: one unit of the sampling frame."""

    __tablename__ = "returned_dossier"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    agency: Mapped[Code]
    procedure: Mapped[str]
    field: Mapped[str]
    channel: Mapped[str]
    returned_on: Mapped[date]

    __table_args__ = (
        Index("returned_dossier_day", "returned_on"),
        {"info": FROM_STREAM},
    )


class Sample(Base):
    """A drawn sample; the same seed on the same frame draws it again."""

    __tablename__ = "sample"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    agency: Mapped[Code]
    first_on: Mapped[date]
    last_on: Mapped[date]
    strata: Mapped[list[str]] = mapped_column(ARRAY(Text))
    method: Mapped[str]
    size: Mapped[int]
    seed: Mapped[str]
    frame_size: Mapped[int]
    frame_hash: Mapped[bytes]
    drawn_by: Mapped[str]
    drawn_at: Mapped[datetime]


class SampleStratum(Base):
    """A stratum: how many there are, and how many were drawn."""

    __tablename__ = "sample_stratum"

    sample: Mapped[UUID] = mapped_column(primary_key=True)
    stratum: Mapped[str] = mapped_column(primary_key=True)
    population: Mapped[int]
    drawn: Mapped[int]


class SampleUnit(Base):
    """A dossier that was drawn."""

    __tablename__ = "sample_unit"

    sample: Mapped[UUID] = mapped_column(primary_key=True)
    stratum: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dossier: Mapped[UUID]
    code: Mapped[str]
