"""What happened to a dossier, who did it, and who looked at its people's data."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class Transition(Base):
    """One line of the log, append-only (also by trigger): who, what, when, on which ground.

    `number` is the sequence of the fact that told it, `entry` its place in an imported life, which
    one fact tells whole.
    """

    __tablename__ = "transition"

    # No foreign key: each line is written with its dossier or under its lock, neither is ever
    # deleted, and the check would cost as much as the line.
    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    entry: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("0"))
    action: Mapped[str]
    status_before: Mapped[int | None] = mapped_column(SmallInteger)
    status_after: Mapped[int] = mapped_column(SmallInteger)
    actor: Mapped[str]
    happened_at: Mapped[datetime]
    ground: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Step(Base):
    """A unit's finished step and its hand-over: a row of the control slip (phiếu kiểm soát).

    A step of a process says which, with its limit and planned end; `back_to` names the step that
    it went back to. A step was received at `confirmed_at`; until then it lay with the giver.
    """

    __tablename__ = "step"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str]
    unit: Mapped[str]
    officer: Mapped[str]
    next_unit: Mapped[str | None]
    next_officer: Mapped[str | None]
    completed_at: Mapped[datetime]
    process_step: Mapped[str | None]
    agency: Mapped[str | None]
    limit_value: Mapped[Decimal | None]
    limit_unit: Mapped[str | None]
    given_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    back_to: Mapped[str | None]
    ground: Mapped[str | None]


class Handover(Base):
    """The result given to somebody; who they are and what they showed is sealed (D61 6(2)(b)).

    `proxy_paper` stands in old rows only; a new one's is sealed with the rest.
    """

    __tablename__ = "handover"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    way_of_return: Mapped[str]
    recipient: Mapped[bytes | None]
    key_id: Mapped[str]
    identity_shown: Mapped[bool]
    receipt_shown: Mapped[bool]
    proxy_paper: Mapped[str | None]
    by_proxy: Mapped[bool]
    handed_over_by: Mapped[str]
    returned_at: Mapped[datetime]


class Unmasking(Base):
    """Somebody saw a dossier's personal data in clear."""

    __tablename__ = "unmasking"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    actor: Mapped[str]
    seen_at: Mapped[datetime]
