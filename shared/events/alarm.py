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
    """A threshold before the due was passed; `skipped` names those that passed unnoticed.

    `planned_at` is the working minute at which the threshold lay, `left_minutes` the working
    minutes that were left when the alarm was raised. Of unit and officer those who have it in hand.
    """

    type: ClassVar = "alarm.deadline_near.v1"

    code: str
    agency: str
    procedure: str
    rung: str
    rank: Rank
    due_at: datetime
    planned_at: datetime
    left_minutes: int
    unit: str | None = None
    officer: str | None = None
    skipped: tuple[str, ...] = ()
    raised_at: datetime


class DossierOverdue(Event):
    """The due passed and there is no result; `late_minutes` are working minutes."""

    type: ClassVar = "alarm.overdue.v1"

    code: str
    agency: str
    procedure: str
    rung: str
    rank: Rank
    due_at: datetime
    planned_at: datetime
    late_minutes: int
    unit: str | None = None
    officer: str | None = None
    skipped: tuple[str, ...] = ()
    raised_at: datetime
