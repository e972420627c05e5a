"""Letters of apology, how they are sent, the register of errors, and causes of lateness."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import Base, Code, Key, Moment
from shared.tables import AGGREGATE

OPEN = "kind = 'overdue' and state in ('draft', 'submitted')"
REAPPOINTING = "kind = 'overdue' and number is not null"


class Apology(Base):
    """A letter of apology (thư xin lỗi); what it says of people is sealed.

    Two indices are rules: a dossier has one letter for lateness in the making, and one that was
    signed, for it is re-appointed once (D61 19(9)).
    """

    __tablename__ = "apology"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    agency: Mapped[Code]
    """Who apologises: who decides on the dossier, or where the error was found."""
    receiving_agency: Mapped[Code | None]
    dossier: Mapped[UUID | None]
    code: Mapped[Code | None]
    incident: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))
    cause: Mapped[str | None] = mapped_column(Text)
    promised_at: Mapped[Moment | None]
    """The new day of return; of letters for lateness only."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int | None]
    number: Mapped[int | None]
    form_set: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Moment]
    submitted_by: Mapped[str | None] = mapped_column(Text)
    submitted_at: Mapped[Moment | None]
    rejection: Mapped[str | None] = mapped_column(Text)
    """Why the head sent it back last."""
    approved_by: Mapped[str | None] = mapped_column(Text)
    approved_at: Mapped[Moment | None]
    missed_at: Mapped[Moment | None]
    """When the due passed and nobody had signed."""
    voided_at: Mapped[Moment | None]
    """When the new day turned out to come too late: the dossier had moved on meanwhile."""
    channel: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[Moment | None]
    delivered_at: Mapped[Moment | None]
    proof: Mapped[bytes | None] = mapped_column(LargeBinary)
    proof_key_id: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("apology_open_key", "dossier", unique=True, postgresql_where=text(OPEN)),
        Index(
            "apology_reappointing_key", "dossier", unique=True, postgresql_where=text(REAPPOINTING)
        ),
        Index(
            "apology_incident_key",
            "incident",
            unique=True,
            postgresql_where=text("state <> 'dropped'"),
        ),
        Index("apology_number_key", "agency", "year", "number", unique=True),
        Index("apology_order", "made_at", "id"),
        {"info": {AGGREGATE: "apology"}},
    )

    @property
    def aggregate_id(self) -> str:
        """The letter's own id."""
        return str(self.id)

    @property
    def event_agency(self) -> str:
        """Who apologises."""
        return self.agency


class ApologyNumber(Base):
    """The last number of an agency's letters in a year; its row is locked last."""

    __tablename__ = "apology_number"

    agency: Mapped[Key]
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class ApologySending(Base):
    """A signed letter on its way by a channel; `next_try` is null once that is settled."""

    __tablename__ = "apology_sending"

    apology: Mapped[UUID] = mapped_column(ForeignKey("apology.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    claims: Mapped[int]
    """Tells a process whose lease ran out that another one has taken over."""
    next_try: Mapped[Moment | None]
    queued_at: Mapped[Moment]
    last_code: Mapped[str | None] = mapped_column(Text)
    receipt: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("apology_sending_due", "next_try", postgresql_where=text("next_try is not null")),
    )


class ApologyReading(Base):
    """Who read a letter's personal data in clear, and when."""

    __tablename__ = "apology_reading"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    apology: Mapped[UUID] = mapped_column(ForeignKey("apology.id"), index=True)
    seen_at: Mapped[Moment]
    actor: Mapped[str] = mapped_column(Text)


class Incident(Base):
    """Something that went wrong and troubled somebody (D61 21; sai sót), and asks for a letter."""

    __tablename__ = "incident"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    agency: Mapped[Code]
    receiving_agency: Mapped[Code | None]
    dossier: Mapped[UUID | None]
    code: Mapped[Code | None]
    found_on: Mapped[date]
    what: Mapped[str] = mapped_column(Text)
    registered_by: Mapped[str] = mapped_column(Text)
    registered_at: Mapped[Moment]

    __table_args__ = (Index("incident_found", "found_on", "id"),)


class Cause(Base):
    """A cause of lateness that an agency's subtree may name, besides those of the system."""

    __tablename__ = "cause"

    agency: Mapped[Key]
    code: Mapped[Key]
    name: Mapped[str] = mapped_column(Text)
    retired: Mapped[bool]
    set_by: Mapped[str] = mapped_column(Text)
    set_at: Mapped[Moment]
