"""One row per accepted dossier for reports that look at single dossiers, and for drill-down."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Moment

RESULTS: Final = "counted and outcome in ('approved', 'refused')"
"""Lives that estimates and integrity signals look at: what was decided, of what is counted."""


class Life(Base):
    """What became of an accepted dossier (hồ sơ); minutes are working minutes.

    A recalled result empties the end again. `net_minutes` is from the start to the end without
    waiting, whatever was restarted in between.
    """

    __tablename__ = "life"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[Code]
    counted: Mapped[bool]
    """False for the parts of a linked life: reports count its parent only."""
    agency: Mapped[Code]
    """Who decides now."""
    receiving_agency: Mapped[Code]
    support_agency: Mapped[Code | None]
    boundary_free: Mapped[bool]
    """Received outside the territory of who decided at first (phi địa giới hành chính)."""
    procedure: Mapped[Code]
    procedure_version: Mapped[int]
    field: Mapped[Code]
    level: Mapped[str] = mapped_column(Text)
    channel: Mapped[Code]
    way_of_return: Mapped[str] = mapped_column(Text)
    limit_value: Mapped[Decimal | None]
    limit_unit: Mapped[str | None] = mapped_column(Text)
    """The limit that it was accepted with; a second appointment's is not it."""
    filed_at: Mapped[Moment]
    accepted_at: Mapped[Moment]
    received_on: Mapped[date]
    due_at: Mapped[Moment | None]
    """What it was judged by at its end; while it is open its clock alone knows its due."""
    due_on: Mapped[date | None]
    ended_at: Mapped[Moment | None]
    ended_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(Text)
    net_minutes: Mapped[int | None]
    waited_minutes: Mapped[int]
    allowed_minutes: Mapped[int | None]
    """What the limit in force allowed from the start, for estimates; none without a due."""
    supplements: Mapped[int]
    recalls: Mapped[int]
    reappointed: Mapped[bool]
    apologised: Mapped[bool]
    unit: Mapped[str | None] = mapped_column(Text)
    officer: Mapped[str | None] = mapped_column(Text)
    """Who has it in hand; from its end on, who had it then."""
    returned_at: Mapped[Moment | None]
    returned_by: Mapped[str | None] = mapped_column(Text)
    """The way it was in fact returned."""
    digital_papers: Mapped[int]
    reused_papers: Mapped[int]
    digital_result: Mapped[bool]
    fees_demanded: Mapped[int] = mapped_column(BigInteger)
    fees_paid: Mapped[int] = mapped_column(BigInteger)
    paid_online: Mapped[bool]

    __table_args__ = (
        # Answered from the index alone: what everybody may ask, and what a province looks through.
        Index(
            "life_times",
            "procedure",
            "ended_on",
            postgresql_include=[
                "agency",
                "net_minutes",
                "waited_minutes",
                "limit_value",
                "limit_unit",
            ],
            postgresql_where=text(RESULTS),
        ),
        Index(
            "life_results",
            "ended_on",
            postgresql_include=["agency", "dossier", "ended_at", "returned_at"],
            postgresql_where=text(RESULTS),
        ),
        Index("life_received", "agency", "received_on"),
        {"info": FROM_STREAM},
    )


class LifeBefore(Base):
    """What was told of a dossier that is not accepted yet; its acceptance takes it along."""

    __tablename__ = "life_before"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    unit: Mapped[str | None] = mapped_column(Text)
    officer: Mapped[str | None] = mapped_column(Text)
    digital_papers: Mapped[int]
    reused_papers: Mapped[int]
    digital_result: Mapped[bool]
    fees_demanded: Mapped[int] = mapped_column(BigInteger)
    fees_paid: Mapped[int] = mapped_column(BigInteger)
    paid_online: Mapped[bool]

    __table_args__ = ({"info": FROM_STREAM},)
