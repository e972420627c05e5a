"""Facts of alarms on time limits, told by sla; the aggregate id is the dossier's."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.envelope import Event


class Rank(StrEnum):
    """Who is told, higher up the closer the due (cán bộ, trưởng phòng, lãnh đạo cơ quan)."""

    OFFICER = "officer"
    UNIT_HEAD = "unit_head"
    AGENCY_LEADER = "agency_leader"


class DeadlineNear(Event):
    """A threshold before the due was passed; `skipped` names those that passed unnoticed."""

    type: ClassVar = "alarm.deadline_near.v1"

    rung: str
    rank: Rank
    due_at: datetime
    left_minutes: int
    unit: str | None = None
    officer: str | None = None
    skipped: tuple[str, ...] = ()
    raised_at: datetime


class DossierOverdue(Event):
    """The due passed and there is no result."""

    type: ClassVar = "alarm.overdue.v1"

    rung: str
    rank: Rank
    due_at: datetime
    unit: str | None = None
    officer: str | None = None
    skipped: tuple[str, ...] = ()
    raised_at: datetime
