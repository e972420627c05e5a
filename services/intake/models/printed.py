"""Printed forms: what was given to the person, under which number, to be printed again exactly."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class PrintedForm(Base):
    """A form issued for a dossier; what it says is sealed, since it names people."""

    __tablename__ = "printed_form"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    agency: Mapped[str]
    year: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int]
    suffix: Mapped[str]
    form_set: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    content: Mapped[bytes]
    key_id: Mapped[str]

    # Named by hand: the house's naming would take the first column for the whole.
    __table_args__ = (
        UniqueConstraint("agency", "kind", "year", "number", name="printed_form_number_key"),
    )


class FormSequence(Base):
    """The last number that an agency gave to a kind of form in a year; no number is left out."""

    __tablename__ = "form_sequence"

    agency: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int]
