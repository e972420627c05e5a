"""What was answered; nothing here leads to a person."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code
from shared import tables


class Answer(Base):
    """One filled slip (phiếu đánh giá): what was answered, never by whom (D61 27(3)).

    It keeps the month and no day; `late` is null where nobody told whether the dossier was.
    """

    __tablename__ = "answer"
    __table_args__ = (
        Index("answer_agency", "agency", "month"),
        Index("answer_unsettled", "id", postgresql_where=text("not settled")),
        Index("answer_suspicion", "suspicion", postgresql_where=text("suspicion is not null")),
        CheckConstraint("standing in ('counted', 'suspect', 'dismissed')", name="standing"),
        CheckConstraint("collected in ('online', 'kiosk', 'paper', 'call')", name="collected"),
        {"info": {tables.AGGREGATE: "survey"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    agency: Mapped[Code]
    procedure: Mapped[str]
    field: Mapped[str]
    channel: Mapped[str]
    late: Mapped[bool | None]
    instrument: Mapped[str]
    instrument_version: Mapped[int]
    month: Mapped[date]
    choices: Mapped[dict[str, Any]] = mapped_column(JSONB)
    collected: Mapped[str]
    """Online, at a kiosk, on paper or by a call."""
    standing: Mapped[str]
    suspicion: Mapped[UUID | None]
    """With what others it is suspected of ballot stuffing."""
    settled: Mapped[bool]
    """Whether it was written anew among others, so that its place in the table tells no time."""

    @property
    def aggregate_id(self) -> str:
        """Its own id, so that its fact cannot be laid beside the invitation's."""
        return str(self.id)

    @property
    def event_agency(self) -> str:
        """The agency that was judged."""
        return self.agency


class Remark(Base):
    """What somebody wrote freely: sealed, apart from the slip, shown once an officer said so."""

    __tablename__ = "remark"
    __table_args__ = (
        Index("remark_queue", "status", "agency", "id"),
        Index("remark_unsettled", "id", postgresql_where=text("not settled")),
        CheckConstraint("status in ('pending', 'shown', 'hidden')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    instrument: Mapped[str]
    instrument_version: Mapped[int]
    question: Mapped[str]
    month: Mapped[date]
    status: Mapped[str]
    words: Mapped[bytes | None]
    key_id: Mapped[str]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    settled: Mapped[bool]
