"""One row per accepted dossier for reports that look at single dossiers, and for drill-down."""

from datetime import date
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Moment


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
    """Received by another agency than the one that decided at first (phi địa giới hành chính)."""
    procedure: Mapped[Code]
    procedure_version: Mapped[int]
    field: Mapped[Code]
    level: Mapped[str] = mapped_column(Text)
    channel: Mapped[Code]
    way_of_return: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[Moment]
    accepted_at: Mapped[Moment]
    received_on: Mapped[date]
    due_at: Mapped[Moment | None]
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
    """Who has it in hand, or finished the last step."""
    returned_at: Mapped[Moment | None]
    returned_by: Mapped[str | None] = mapped_column(Text)
    """The way it was in fact returned."""
    digital_papers: Mapped[int]
    reused_papers: Mapped[int]
    digital_result: Mapped[bool]
    fees_demanded: Mapped[int]
    fees_paid: Mapped[int]
    paid_online: Mapped[bool]

    __table_args__ = ({"info": FROM_STREAM},)
