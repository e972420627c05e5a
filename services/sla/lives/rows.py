"""A life's row: what its acceptance said, where its clock stands, and what else was told."""

from typing import Any, Final, NamedTuple

from services.sla.followed import Followed, Noted
from services.sla.lives.course import Course
from shared.events import DossierAccepted
from shared.working_time import WorkingTime, business_date

FIXED: Final = (
    "dossier", "code", "counted", "receiving_agency", "support_agency", "boundary_free",
    "procedure", "procedure_version", "field", "level", "channel", "way_of_return", "limit_value",
    "limit_unit", "filed_at", "accepted_at", "received_on", "allowed_minutes",
)  # fmt: skip
CLOCKWORK: Final = {
    "agency": "text",
    "due_at": "timestamptz",
    "due_on": "date",
    "ended_at": "timestamptz",
    "ended_on": "date",
    "outcome": "text",
    "verdict": "text",
    "net_minutes": "int",
    "waited_minutes": "int",
    "supplements": "int",
    "reappointed": "bool",
}
"""What the clock tells, each with its type."""

TOLD: Final = {
    "unit": "text",
    "officer": "text",
    "digital_papers": "int",
    "reused_papers": "int",
    "digital_result": "bool",
    "fees_demanded": "bigint",
    "fees_paid": "bigint",
    "paid_online": "bool",
}
"""What may be told before the acceptance too."""

TOLD_LATER: Final = {
    "recalls": "int",
    "apologised": "bool",
    "returned_at": "timestamptz",
    "returned_by": "text",
}


class Begun(NamedTuple):
    """A life's first entry in its ledger, and the acceptance that told it."""

    noted: Noted
    fact: DossierAccepted


def fixed(begun: Begun, working_time: WorkingTime, *, elsewhere: bool) -> tuple[Any, ...]:
    """What never changes, in the order of FIXED; `working_time` is the acceptance's own."""
    noted, fact = begun
    followed = noted.followed
    allowed = None
    if noted.due_at is not None:
        allowed = max(0, working_time.between(fact.counts_from, noted.due_at))
    return (
        followed.dossier,
        followed.code,
        followed.counted,
        fact.receiving_agency,
        fact.support_agency,
        elsewhere,
        fact.procedure,
        fact.procedure_version,
        fact.field,
        fact.agency_level,
        fact.channel,
        fact.way_of_return,
        None if fact.limit is None else fact.limit.value,
        None if fact.limit is None else fact.limit.unit,
        fact.filed_at,
        fact.accepted_at,
        noted.on,
        allowed,
    )


def clockwork(followed: Followed, working_time: WorkingTime) -> tuple[Any, ...]:
    """Where the clock stands, in the order of CLOCKWORK."""
    clock, stand = followed.clock, followed.stand
    net = None
    if clock.ended_at is not None:
        whole = working_time.between(clock.started_at, clock.ended_at)
        # It may end before its limit begins to count, or waits were counted by another calendar.
        net = max(0, whole - clock.waited)
    due_at = None if clock.end is None else clock.due_at
    return (
        followed.key.agency,
        due_at,
        None if due_at is None else business_date(due_at),
        clock.ended_at,
        None if clock.end is None else followed.last_on,
        clock.end,
        stand.verdict,
        net,
        clock.waited,
        clock.supplements,
        clock.reappointed,
    )


def told(course: Course) -> tuple[Any, ...]:
    """What was told besides, in the order of TOLD."""
    return (
        course.unit,
        course.officer,
        course.digital_papers,
        course.reused_papers,
        course.digital_result,
        course.fees_demanded,
        course.fees_paid,
        course.paid_online,
    )


def told_later(course: Course) -> tuple[Any, ...]:
    """What is told after the acceptance only, in the order of TOLD_LATER."""
    return course.recalls, course.apologised, course.returned_at, course.returned_by
