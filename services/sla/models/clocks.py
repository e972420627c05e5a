"""Clocks and the append-only ledger that they are the fold of."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Moment
from shared.tables import AGGREGATE


class Clock(Base):
    """One accepted dossier's clock and its present stand; minutes are working minutes."""

    __tablename__ = "clock"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[Code]
    agency: Mapped[Code]
    receiving_agency: Mapped[Code]
    procedure: Mapped[Code]
    procedure_version: Mapped[int]
    field: Mapped[Code]
    channel: Mapped[Code]
    level: Mapped[str] = mapped_column(Text)
    counted: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether reports count it: of a linked life only the parent is (D61 19(6))."""
    limit_value: Mapped[Decimal | None]
    limit_unit: Mapped[str | None] = mapped_column(Text)
    same_day: Mapped[bool]
    calendar: Mapped[str] = mapped_column(Text)
    calendar_version: Mapped[int]
    phase: Mapped[str] = mapped_column(Text)
    accepted_at: Mapped[Moment]
    started_at: Mapped[Moment]
    began_at: Mapped[Moment]
    since: Mapped[Moment]
    due_at: Mapped[Moment | None]
    due_on: Mapped[date | None]
    promised_at: Mapped[Moment | None]
    open_pauses: Mapped[str] = mapped_column(Text)
    """Pauses that are open, parted by spaces: `supplement/1 payment/2`."""
    restart: Mapped[bool]
    reappointed: Mapped[bool]
    used_minutes: Mapped[int]
    waited_minutes: Mapped[int]
    granted: Mapped[int]
    restarts: Mapped[int]
    supplements: Mapped[int]
    ended_at: Mapped[Moment | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(Text)
    last_at: Mapped[Moment]
    last_on: Mapped[date]
    sequence: Mapped[int] = mapped_column(BigInteger)
    """Number of the clock's own last fact; 0 while it has told none."""
    entries: Mapped[int]
    """Rows in its ledger."""
    told: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether another system told the due; it was not counted here."""
    adjusted: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether reports judge by the promise, by the rule of the day of receipt."""
    lapsed: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether anything did not count since `began_at`: waits, a result that was recalled."""

    __table_args__ = (
        Index("clock_code_key", "code", unique=True),
        # Without the due: a new calendar moves half a province's, and a clock of which no index
        # tells what moved is updated in the page where it lies.
        Index("clock_open", "agency", postgresql_where=text("phase <> 'ended'")),
        {"info": {**FROM_STREAM, AGGREGATE: "clock"}, "postgresql_with": {"fillfactor": 70}},
    )


class LedgerRow(Base):
    """What moved a clock: once written it is never changed.

    `at` is the effective time, which never runs backwards; `told_at` the fact's own, where it
    differs. `due_before` stands where the due moved, `promised_at` where it is not the due.
    """

    __tablename__ = "ledger"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    """The kind of aggregate whose fact moved it: `dossier`, `deadline`, `apology` …"""
    source_sequence: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    told_at: Mapped[Moment | None]
    at: Mapped[Moment]
    on_day: Mapped[date]
    agency: Mapped[Code]
    pause: Mapped[str | None] = mapped_column(Text)
    mode: Mapped[str | None] = mapped_column(Text)
    ground: Mapped[str | None] = mapped_column(Text)
    due_before: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    promised_at: Mapped[Moment | None]
    used_minutes: Mapped[int]
    calendar: Mapped[str] = mapped_column(Text)
    calendar_version: Mapped[int]
    told: Mapped[bool]
    """Whether the due was told by another system and not counted here."""
    stand: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        # Drill-down of reports: who was received, ended, was recalled or moved in a period.
        Index(
            "ledger_days",
            "agency",
            "on_day",
            postgresql_where=text("kind in ('started', 'ended', 'recalled', 'transferred')"),
        ),
        {"info": FROM_STREAM},
    )
