"""Who was invited to judge; nothing here leads to an answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code
from shared import tables


class Invitation(Base):
    """An invitation (lời mời đánh giá) to judge how a dossier was handled, to be used once.

    Answering it leaves no trace here, not even that it was done: among the dossiers of a commune
    the only one that was answered would belong to the only answer.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("dossier", "instrument"),
        UniqueConstraint("token_hash"),
        Index("invitation_dossier_code", "dossier_code"),
        {"info": {tables.AGGREGATE: "survey"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    dossier: Mapped[UUID]
    dossier_code: Mapped[str | None]
    agency: Mapped[Code]
    receiving_agency: Mapped[Code]
    procedure: Mapped[str]
    procedure_version: Mapped[int]
    field: Mapped[str]
    channel: Mapped[str]
    late: Mapped[bool | None]
    instrument: Mapped[str]
    instrument_version: Mapped[int]
    token_hash: Mapped[bytes]
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    """When an officer or a portal got the link, which nobody gets again."""
    handed_by: Mapped[str | None]
