"""Working time, pure and exact: what intake promises and what sla counts are the same minutes."""

from shared.working_time.calendar import (
    Calendar,
    CountFrom,
    Cutoffs,
    DayException,
    Shift,
    WorkingDay,
)
from shared.working_time.compiled import WorkingTime
from shared.working_time.errors import InexactLimit, NoWorkingTime, OutOfRange, WorkingTimeError
from shared.working_time.explanation import ExplainedDay, Rule, Skip
from shared.working_time.limits import LEGAL_DAY_MINUTES, Limit, LimitUnit
from shared.working_time.minutes import VIETNAM_TIME, business_date

__all__ = [
    "LEGAL_DAY_MINUTES",
    "VIETNAM_TIME",
    "Calendar",
    "CountFrom",
    "Cutoffs",
    "DayException",
    "ExplainedDay",
    "InexactLimit",
    "Limit",
    "LimitUnit",
    "NoWorkingTime",
    "OutOfRange",
    "Rule",
    "Shift",
    "Skip",
    "WorkingDay",
    "WorkingTime",
    "WorkingTimeError",
    "business_date",
]
