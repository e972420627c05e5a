"""Visits at people's homes (tại nhà): officers' hours, bookings and what became of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base

NOT_CANCELLED = text("state <> 'cancelled'")


class VisitState(StrEnum):
    """How far a booked visit is."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    OVER = "over"


class HomeAvailability(Base):
    """Days on which an officer visits: in the calendar's shifts, or in windows of their own."""

    __tablename__ = "home_availability"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[str]
    officer: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    windows: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    given_by: Mapped[str]
    given_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="days"),
        Index("home_availability_agency", "agency", "last_on"),
    )


class HomeBooking(Base):
    """One visit; the person and where they live only sealed, nobody is at two places at once."""

    __tablename__ = "home_booking"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    agency: Mapped[str]
    officer: Mapped[str]
    purpose: Mapped[str]
    state: Mapped[str]
    outcome: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    occupied: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    """The visit and the way to the next one."""
    procedure: Mapped[str | None]
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    sealed: Mapped[bytes]
    key_id: Mapped[str]
    person_hash: Mapped[bytes | None]

    __table_args__ = (
        ExcludeConstraint(
            ("officer", "="),
            ("occupied", "&&"),
            name="home_booking_officer_occupied_excl",
            using="gist",
            where=NOT_CANCELLED,
        ),
        CheckConstraint("state in ('booked', 'cancelled', 'over')", name="state"),
        Index("home_booking_agency", "agency", "starts_at", "id"),
        Index("home_booking_officer", "officer", "starts_at", "id"),
        Index(
            "home_booking_person",
            "person_hash",
            "starts_at",
            "id",
            postgresql_where=text("person_hash is not null"),
        ),
    )


class HomeBookingChange(Base):
    """One line of a booking's history, append-only (also by trigger): who, what, when, to when."""

    __tablename__ = "home_booking_change"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("home_booking.id"), index=True)
    change: Mapped[str]
    actor: Mapped[str]
    happened_at: Mapped[datetime]
    officer: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ground: Mapped[str | None]
