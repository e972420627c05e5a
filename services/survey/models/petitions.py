"""Petitions: what is said and by whom is sealed; what was done with them is never changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code
from shared import tables


class Petition(Base):
    """A petition (phản ánh, kiến nghị) as it stands."""

    __tablename__ = "petition"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    code: Mapped[str]
    agency: Mapped[Code]
    """Who has to answer now."""
    channel: Mapped[str]
    kind: Mapped[str]
    procedure: Mapped[str | None]
    dossier: Mapped[str | None]
    status: Mapped[str]
    content: Mapped[bytes]
    """Text, person and answer, sealed."""
    key_id: Mapped[str]
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    since: Mapped[datetime]
    """When the agency that has it got it."""
    due_at: Mapped[datetime | None]
    """The end of the present stage; none while the petitioner is waited for."""
    resolve_by: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_on: Mapped[date | None]
    late: Mapped[bool | None]
    proved: Mapped[bool | None]
    public_question: Mapped[str | None]
    public_answer: Mapped[str | None]
    published_at: Mapped[datetime | None]
    level: Mapped[int | None]
    """How satisfied the petitioner is with the answer, 1 to 5."""
    overdue_told: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("code"),
        Index("petition_agency", "agency", "id"),
        Index("petition_due", "due_at", postgresql_where=text("not overdue_told")),
        Index("petition_published", "published_at", "id"),
        {"info": {tables.AGGREGATE: "petition"}},
    )

    @property
    def aggregate_id(self) -> str:
        """Its own id."""
        return str(self.id)

    @property
    def event_agency(self) -> str:
        """Who has to answer."""
        return self.agency


class PetitionStep(Base):
    """Something that was done with a petition; appended, never changed."""

    __tablename__ = "petition_step"

    petition: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    agency: Mapped[Code]
    status: Mapped[str]
    due_at: Mapped[datetime | None]
    late: Mapped[bool | None]
    note: Mapped[bytes | None]
    key_id: Mapped[str | None]
