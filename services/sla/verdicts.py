"""Three verdicts on one dossier, kept apart: by law, for II.06a, and for Decision 766."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from services.sla.entries import End
from services.sla.terms import floored
from shared.working_time import business_date

SUPPLEMENTS_ON_TIME_MAX = 1
"""More requests than this make a dossier late for Decision 766 (rule 2.1)."""


class Verdict(StrEnum):
    """How an end stands to its due; no due date is a class of its own, never early."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    NO_DUE_DATE = "no_due_date"


def legal(ended_at: datetime, end: End, due_at: datetime | None) -> Verdict | None:
    """Judge a result to the minute printed on the slip; None where there was no result."""
    if not end.is_result:
        return None
    if due_at is None:
        return Verdict.NO_DUE_DATE
    return _compare(floored(ended_at), due_at)


def report(ended_on: date, end: End, due_at: datetime | None) -> Verdict:
    """Judge by date for II.06a; what ended without a decision counts as on time."""
    if due_at is None:
        return Verdict.NO_DUE_DATE
    if not end.is_result:
        return Verdict.ON_TIME
    return _compare(ended_on, business_date(due_at))


class Judged766(NamedTuple):
    """What Decision 766 looks at: working minutes up to the end, or to the period's end.

    While the citizen is waited for, the minutes go up to the request (rule 2.1).
    """

    minutes: int
    waited_minutes: int
    allowed_minutes: int | None
    largest_limit_minutes: int | None
    supplements: int


def index766(judged: Judged766) -> Verdict:
    """Judge for Decision 766, rule 2.1: on time or late, never early.

    Waiting is taken off; a second supplement request is late; without a due date the largest
    limit of the procedure decides.
    """
    allowed = judged.allowed_minutes
    if allowed is None:
        allowed = judged.largest_limit_minutes
    if judged.supplements > SUPPLEMENTS_ON_TIME_MAX:
        return Verdict.LATE
    if allowed is None:
        return Verdict.NO_DUE_DATE
    in_time = judged.minutes - judged.waited_minutes <= allowed
    return Verdict.ON_TIME if in_time else Verdict.LATE


def _compare(end: date, due: date) -> Verdict:
    if end < due:
        return Verdict.EARLY
    return Verdict.ON_TIME if end == due else Verdict.LATE
