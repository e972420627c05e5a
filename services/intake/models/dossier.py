"""The dossier (hồ sơ) itself, and the daily sequences that its code comes from."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, desc, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from services.intake.lifecycle import Action, Status, allowed_actions
from services.intake.models.base import Base
from shared.tables import AGGREGATE

ELSEWHERE = "receiving_agency <> competent_agency"
AT_DESK = "status in (1, 2, 4, 5, 6, 9)"
RUNNING = "status in (2, 4)"


class Pause(StrEnum):
    """What a dossier waits for while its clock stands still."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    SUSPENSION = "suspension"


class Dossier(Base):
    """One dossier: what it asks for, who handles it, how far it is and when it is promised."""

    __tablename__ = "dossier"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger)
    status_code: Mapped[int] = mapped_column("status", SmallInteger)
    procedure: Mapped[str]
    procedure_version: Mapped[int]
    field: Mapped[str]
    case_id: Mapped[str]
    channel: Mapped[str]
    way_of_return: Mapped[str]
    receiving_agency: Mapped[str]
    competent_agency: Mapped[str]
    support_agency: Mapped[str | None]
    agency_level: Mapped[str | None]
    filed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    counts_from: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    limit_row: Mapped[str | None]
    limit_value: Mapped[Decimal | None]
    limit_unit: Mapped[str | None]
    same_day: Mapped[bool] = mapped_column(server_default=text("false"))
    no_slip: Mapped[bool] = mapped_column(server_default=text("false"))
    calendar: Mapped[str | None]
    calendar_version: Mapped[int | None]
    due_at: Mapped[datetime | None]
    paused_for: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    supplement_requests: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    supplement_flagged: Mapped[bool] = mapped_column(server_default=text("false"))
    payment_demands: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    steps: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    holding_unit: Mapped[str | None]
    holding_officer: Mapped[str | None]
    national_code: Mapped[bool] = mapped_column(server_default=text("false"))
    note: Mapped[str | None]
    process: Mapped[UUID | None]
    """The process it follows since acceptance; none means free steps."""
    parent: Mapped[UUID | None]
    """No foreign key: dossiers are never deleted, and filing would pay for the check."""
    linked_group: Mapped[str | None]
    """The group by which it is a parent of others."""
    in_transit: Mapped[bool] = mapped_column(server_default=text("false"))
    """Sent to another agency, which has not received it yet."""
    refiled_after: Mapped[UUID | None] = query_expression()
    """No column: read for an acceptance only (refilings)."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    @property
    def status(self) -> Status:
        """The national status."""
        return Status(self.status_code)

    @property
    def suspended(self) -> bool:
        """Whether it is stopped only for a while."""
        return self.paused_for == Pause.SUSPENSION

    @property
    def allowed(self) -> tuple[Action, ...]:
        """What may be done with it now."""
        return allowed_actions(
            self.status,
            accepted=self.accepted_at is not None,
            suspended=self.suspended,
            in_transit=self.in_transit,
        )

    @property
    def aggregate_id(self) -> str:
        """The id its facts carry."""
        return str(self.id)

    @property
    def event_agency(self) -> str:
        """Its facts are told under the agency that decides."""
        return self.competent_agency

    @property
    def event_procedure(self) -> str:
        """Its facts say which procedure it is of, though their data do not."""
        return self.procedure

    __table_args__ = (
        CheckConstraint("status between 1 and 10", name="status"),
        # Newest first: of one agency, everywhere, by procedure, and what waits at a desk.
        Index("dossier_agency", "competent_agency", desc("filed_at"), desc("id")),
        Index("dossier_recent", desc("filed_at"), desc("id")),
        Index("dossier_procedure", "competent_agency", "procedure", desc("filed_at"), desc("id")),
        Index(
            "dossier_desk",
            "competent_agency",
            "status",
            desc("filed_at"),
            desc("id"),
            postgresql_where=text(AT_DESK),
        ),
        # What another agency received than the one that decides, for the same four lists, and
        # what it helped with; whether either lies inside a caller's agencies needs no row.
        Index(
            "dossier_received_elsewhere",
            "receiving_agency",
            desc("filed_at"),
            desc("id"),
            postgresql_include=["competent_agency"],
            postgresql_where=text(ELSEWHERE),
        ),
        Index(
            "dossier_procedure_elsewhere",
            "receiving_agency",
            "procedure",
            desc("filed_at"),
            desc("id"),
            postgresql_include=["competent_agency"],
            postgresql_where=text(ELSEWHERE),
        ),
        Index(
            "dossier_desk_elsewhere",
            "receiving_agency",
            "status",
            desc("filed_at"),
            desc("id"),
            postgresql_include=["competent_agency"],
            postgresql_where=text(f"{ELSEWHERE} and {AT_DESK}"),
        ),
        Index(
            "dossier_due_elsewhere",
            "receiving_agency",
            "due_at",
            "id",
            postgresql_include=["competent_agency"],
            postgresql_where=text(f"{ELSEWHERE} and {RUNNING}"),
        ),
        Index(
            "dossier_supported",
            "support_agency",
            desc("filed_at"),
            desc("id"),
            postgresql_include=["competent_agency", "receiving_agency"],
            postgresql_where=text("support_agency is not null"),
        ),
        # A waiting dossier has no due date that counts, so only running ones are here.
        Index(
            "dossier_due",
            "competent_agency",
            "due_at",
            "id",
            postgresql_where=text(RUNNING),
        ),
        Index("dossier_due_all", "due_at", "id", postgresql_where=text(RUNNING)),
        Index(
            "dossier_waiting",
            "competent_agency",
            "paused_at",
            "id",
            postgresql_where=text("paused_at is not null"),
        ),
        # Unique for ever, and walked by prefix under any collation.
        Index("dossier_code", "code", unique=True, postgresql_ops={"code": "text_pattern_ops"}),
        {"info": {AGGREGATE: "dossier"}},
    )


class CodeSequence(Base):
    """The last order that an agency gave on a day; each agency counts for itself."""

    __tablename__ = "code_sequence"

    agency: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
