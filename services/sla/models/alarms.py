"""Alarms on time limits: when each open clock rings next, what rang, and by which ladder."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Key, Moment
from shared.tables import AGGREGATE

OFTEN_MOVED = {"autovacuum_vacuum_scale_factor": 0.02}
"""Every move makes an index entry: a million clocks shall not wait for a fifth of dead ones."""


class AlarmClock(Base):
    """When an open clock rings next, always in a working minute.

    There is a row while something is ahead, and for ever once something rang: `sequence` counts
    the dossier's alarms. It is narrow because it is written far more often than its clock.
    """

    __tablename__ = "alarm_clock"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    next_at: Mapped[Moment | None]
    sequence: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))

    __table_args__ = (
        Index("alarm_clock_next", "next_at", postgresql_where=text("next_at is not null")),
        {"info": {**FROM_STREAM, AGGREGATE: "alarm"}, "postgresql_with": OFTEN_MOVED},
    )


class Alarm(Base):
    """An alarm that was raised; the key keeps a rung from being raised twice for the same due."""

    __tablename__ = "alarm"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    due_at: Mapped[Moment] = mapped_column(primary_key=True)
    rung: Mapped[str] = mapped_column(Text, primary_key=True)
    rank: Mapped[str] = mapped_column(Text)
    code: Mapped[Code]
    agency: Mapped[Code]
    procedure: Mapped[Code]
    unit: Mapped[str | None] = mapped_column(Text)
    officer: Mapped[str | None] = mapped_column(Text)
    skipped: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Rungs below it that passed unnoticed; they are not raised for this due any more."""
    planned_at: Mapped[Moment]
    left_minutes: Mapped[int]
    """Working minutes left when it was raised; negative after the due."""
    raised_at: Mapped[Moment]

    __table_args__ = (
        Index("alarm_raised", "raised_at", "dossier"),
        Index("alarm_agency_raised", "agency", "raised_at", "dossier"),
        {"info": FROM_STREAM},
    )


class AlarmLadder(Base):
    """The rungs of an agency's subtree (`*` everywhere), for one procedure or for all (empty).

    It counts for dossiers accepted from its day on, which lay ahead when it was set: no clock
    changes its ladder while it runs, and a rebuild finds the same one.
    """

    __tablename__ = "alarm_ladder"

    agency: Mapped[Key]
    procedure: Mapped[Key]
    effective_from: Mapped[date] = mapped_column(primary_key=True)
    rungs: Mapped[list[Any]] = mapped_column(JSONB)
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[Moment]
