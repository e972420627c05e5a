"""What the ledger shows that somebody should look at."""

from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Code, Moment


class SignalRow(Base):
    """One row of a ledger that an integrity signal (dấu hiệu bất thường) speaks of."""

    __tablename__ = "signal"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    """The row of the dossier's ledger."""
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    agency: Mapped[Code]
    """Who decided then."""
    at: Mapped[Moment]
    due_at: Mapped[Moment | None]
    """The due as it stood before."""
    earlier: Mapped[UUID | None]
    """The dossier that this one was filed again after."""

    __table_args__ = (Index("signal_time", "code", "at"), {"info": FROM_STREAM})
