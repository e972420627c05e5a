"""Where a dossier stands for the reports, and what leaving and taking a stand counts."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

from services.sla.clock import Clock
from services.sla.entries import End
from services.sla.phases import Phase
from services.sla.verdicts import Verdict, report
from shared.working_time import business_date


class Measure(IntEnum):
    """A counter: flows of a day, then the three states, whose sum to a day is the state."""

    RECEIVED = 0
    EARLY = 1
    ON_TIME = 2
    LATE = 3
    NO_DUE_DATE = 4
    WITHDRAWN = 5
    STOPPED = 6
    REFUSED = 7
    RECALLED = 8
    MOVED_IN = 9
    MOVED_OUT = 10
    OPEN = 11
    OVERDUE = 12
    WAITING = 13


MEASURES = tuple(measure.name.lower() for measure in Measure)
STATES = (Measure.OPEN, Measure.OVERDUE, Measure.WAITING)
"""What a day's report sums from the beginning, and what balances keep."""


class StandKind(StrEnum):
    """The four stands that a received dossier can take."""

    RUNNING = "running"
    WAITING = "waiting"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Stand(NamedTuple):
    """One stand: when it runs its due date, when it ended how and with which verdict."""

    kind: StandKind
    due_on: date | None = None
    end: End | None = None
    verdict: Verdict | None = None


ONE_DAY = timedelta(days=1)
_VERDICTS = {
    Verdict.EARLY: Measure.EARLY,
    Verdict.ON_TIME: Measure.ON_TIME,
    Verdict.LATE: Measure.LATE,
    # Domain §4.3: without a due date it counts as on time, with an "of which" of its own.
    Verdict.NO_DUE_DATE: Measure.ON_TIME,
}
_ENDS = {
    End.WITHDRAWN: Measure.WITHDRAWN,
    End.STOPPED: Measure.STOPPED,
    End.REFUSED: Measure.REFUSED,
}
_WAITING = {
    Phase.WAITING: Stand(StandKind.WAITING),
    Phase.SUSPENDED: Stand(StandKind.SUSPENDED),
}


def stand_of(clock: Clock, day: date) -> Stand:
    """Tell the stand that a clock gives its dossier; `day` is the business day of its end."""
    if clock.end is not None:
        verdict = report(day, clock.end, clock.judged_by)
        return Stand(StandKind.ENDED, end=clock.end, verdict=verdict)
    if clock.open:
        return _WAITING[clock.phase]
    due = clock.judged_by
    return Stand(StandKind.RUNNING, due_on=None if due is None else business_date(due))


def put(stand: Stand, day: date) -> Iterator[tuple[Measure, date]]:
    """Tell what taking a stand on a day counts once, and leaving it takes back, on which day.

    A dossier is overdue from the day after its due; a due that lay in the past when the stand
    was taken counts from that day on, or yesterday's report would change.
    """
    if stand.verdict is not None:
        yield _VERDICTS[stand.verdict], day
        if stand.end in _ENDS:
            yield _ENDS[stand.end], day
        if stand.verdict is Verdict.NO_DUE_DATE:
            yield Measure.NO_DUE_DATE, day
        return
    yield Measure.OPEN, day
    if stand.kind is not StandKind.RUNNING:
        yield Measure.WAITING, day
    elif stand.due_on is not None:
        yield Measure.OVERDUE, max(day, stand.due_on + ONE_DAY)
