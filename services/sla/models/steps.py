"""Steps: who had a dossier in hand, from when to when, and whether in time."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Moment


class Stay(Base):
    """A dossier's stay with a unit or an officer; minutes are working minutes without waiting.

    Until it is confirmed it lies with the giver: that time is `transit_minutes`.
    """

    __tablename__ = "stay"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(Text)
    """The process step's id; empty where no process is followed."""
    name: Mapped[str] = mapped_column(Text)
    agency: Mapped[Code]
    unit: Mapped[str | None] = mapped_column(Text)
    officer: Mapped[str | None] = mapped_column(Text)
    from_unit: Mapped[str | None] = mapped_column(Text)
    from_officer: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[Moment]
    confirmed_at: Mapped[Moment | None]
    limit_value: Mapped[Decimal | None]
    limit_unit: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    ended_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    """`completed`, `handed_over` inside the step, or `dropped` when the dossier ended."""
    verdict: Mapped[str | None] = mapped_column(Text)
    spent_minutes: Mapped[int | None]
    transit_minutes: Mapped[int | None]

    __table_args__ = (
        Index("stay_ended", "agency", "ended_on"),
        Index("stay_open", "agency", "due_at", postgresql_where="ended_at is null"),
        {"info": FROM_STREAM},
    )


class ControlSlip(Base):
    """The number of a dossier's control slip (phiếu kiểm soát), given once."""

    __tablename__ = "control_slip"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    year: Mapped[int]
    number: Mapped[int]
    issued_at: Mapped[Moment]
    issued_by: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("control_slip_number", "agency", "year", "number", unique=True),)


class ControlSlipCount(Base):
    """The last number that an agency gave in a year."""

    __tablename__ = "control_slip_count"

    agency: Mapped[Code] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
