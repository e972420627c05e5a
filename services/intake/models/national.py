"""How far the national portal knows each dossier: one row a dossier, a queue and a record."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base

UNSYNCHRONISED = text("state in ('pending', 'sent', 'failed')")


class SyncState(StrEnum):
    """Where a dossier stands on its way to the national portal (trạng thái đồng bộ)."""

    PENDING = "pending"
    SENT = "sent"
    ACKED = "acked"
    FAILED = "failed"
    EXCLUDED = "excluded"


class NationalSync(Base):
    """What the portal should know of a dossier, what it acknowledged, and what came of a try.

    Of what was sent only a keyed hash and its size are kept.
    """

    __tablename__ = "national_sync"

    # No foreign key: a dossier is never deleted, and it is there before its first fact is told.
    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    wanted: Mapped[int] = mapped_column(BigInteger)
    acknowledged: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    changes: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    """Grows with every reason to send, a moved due date too, which has no sequence of ours."""
    rows_acknowledged: Mapped[int] = mapped_column(server_default=text("0"))
    claims: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """Grows with every try, so that one that took too long cannot write over a later one."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_try: Mapped[datetime | None]
    first_wanted_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_hash: Mapped[bytes | None]
    request_hash: Mapped[bytes | None]
    request_bytes: Mapped[int | None]
    last_code: Mapped[str | None]
    last_error: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("state in ('pending', 'sent', 'acked', 'failed', 'excluded')", "state"),
        Index("national_sync_due", "next_try", postgresql_where=UNSYNCHRONISED),
        Index(
            "national_sync_waiting",
            "first_wanted_at",
            "dossier_id",
            postgresql_where=UNSYNCHRONISED,
        ),
    )
