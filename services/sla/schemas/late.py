"""Dossiers behind a number of a report, and why they are late."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.times import LocalDateTime

Cause = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A code of the agency's catalogue of causes."""


class Lateness(StrEnum):
    """How a dossier is late."""

    ENDED_LATE = "ended_late"
    OVERDUE = "overdue"


class MemberView(BaseModel):
    """A dossier as it stood for the report; `count` is how often the cell counts it.

    It is -1 where the period only took back a result that an earlier one counted.
    """

    dossier: UUID
    code: str
    agency: str
    procedure: str
    procedure_name: str | None
    field: str
    channel: str
    received_at: LocalDateTime
    due_at: LocalDateTime | None
    ended_at: LocalDateTime | None
    count: int


class LateView(MemberView):
    """A late dossier; `days_late` are calendar days past the due, to its end or the period's."""

    lateness: Lateness
    days_late: int
    cause: str | None
    unit: str | None
    reappointed_to: LocalDateTime | None


class CauseCount(BaseModel):
    """How many are late by one cause; null where nobody told one."""

    cause: str | None
    count: int


class CausesView(BaseModel):
    """All late dossiers of a period by cause."""

    total: int
    causes: list[CauseCount]


class CauseBody(BaseModel):
    """The cause to enter."""

    cause: Cause


class CauseView(BaseModel):
    """A cause as it was entered."""

    dossier: UUID
    cause: str
    entered_by: str
    entered_at: LocalDateTime


def member_view(row: Any) -> MemberView:
    """Show one member of a cell."""
    return MemberView.model_validate(_member(row))


def late_view(row: Any) -> LateView:
    """Show one late dossier."""
    lateness = Lateness.OVERDUE if row["ended_at"] is None else Lateness.ENDED_LATE
    return LateView.model_validate(
        _member(row)
        | {
            "lateness": lateness,
            "reappointed_to": row["promised_at"] if row["reappointed"] else None,
        }
    )


def causes_view(rows: Any) -> CausesView:
    """Show the counts of all causes."""
    counts = [CauseCount(cause=row["cause"], count=row["count"]) for row in rows]
    return CausesView(total=sum(one.count for one in counts), causes=counts)


def _member(row: Any) -> dict[str, Any]:
    return dict(row) | {"received_at": row["accepted_at"]}
