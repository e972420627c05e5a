"""When a clock's alarms ring: pure arithmetic on working minutes."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from services.sla.alarms.ladder import Ladder, Rung, Step
from services.sla.calendars import Version
from services.sla.followed import Followed
from services.sla.phases import Phase
from shared.working_time import OutOfRange, WorkingTime
from shared.working_time.arithmetic import Roster
from shared.working_time.minutes import to_minutes, to_moment


class Running(NamedTuple):
    """What the alarms of a running clock with a due depend on."""

    dossier: str
    agency: str
    procedure: str
    accepted_at: datetime
    calendar: Version
    due_at: datetime
    since: datetime
    used: int
    last_at: datetime


class Raised(NamedTuple):
    """Rungs of a dossier that were told: for the due in force, and for earlier ones."""

    for_this_due: frozenset[str]
    for_another: frozenset[str]


NOTHING_RAISED: Final = Raised(frozenset(), frozenset())


class Ring(NamedTuple):
    """One alarm ahead: the local working minute, the working minutes left then, the rung."""

    minute: int
    left: int
    rung: Rung


def running(followed: Followed) -> Running | None:
    """What counts of a clock; None for one that waits, ended or has no due."""
    clock, key = followed.clock, followed.key
    if clock.due_at is None or clock.phase is not Phase.RUNNING:
        return None
    return Running(
        followed.dossier,
        key.agency,
        key.procedure,
        followed.accepted_at,
        followed.calendar,
        clock.due_at,
        clock.since,
        clock.used,
        clock.last_at,
    )


def ahead(ladder: Ladder, one: Running, raised: Raised, working_time: WorkingTime) -> list[Ring]:
    """The rungs still to be told for this due, in order; some may have passed."""
    roster = working_time.roster
    return [
        Ring(_opening(roster, reached), left, rung)
        for reached, (left, rung) in _reached(ladder, one, raised, roster)
    ]


def next_at(
    ladder: Ladder, one: Running, raised: Raised, working_time: WorkingTime
) -> datetime | None:
    """When the first of them rings; the hot path of every clock that moves."""
    roster = working_time.roster
    for reached, _ in _reached(ladder, one, raised, roster):
        return rings_at(_opening(roster, reached), one, working_time)
    return None


def rings_at(minute: int, one: Running, working_time: WorkingTime) -> datetime | None:
    """When it rings: never before the working minute in which the clock's last fact was told."""
    moment = to_moment(minute)
    if moment >= one.last_at:
        return moment
    try:
        return max(moment, working_time.normalise(one.last_at))
    except OutOfRange:
        return None


def _reached(
    ladder: Ladder, one: Running, raised: Raised, roster: Roster
) -> Iterator[tuple[int, Step]]:
    """After how many of the calendar's working minutes each rung is reached.

    One that was told for an earlier due is told again only where it lies ahead again: after a
    wait nobody hears what he knows.
    """
    try:
        end = roster.elapsed(to_minutes(one.due_at))
        begin = roster.elapsed(to_minutes(one.since))
    except OutOfRange:
        return
    for step in ladder.steps(one.used + end - begin):
        name, reached = step.rung.name, end - step.left
        if name in raised.for_this_due or (reached < begin and name in raised.for_another):
            continue
        if 0 <= reached < roster.total:
            yield reached, step


def _opening(roster: Roster, reached: int) -> int:
    """The working minute before which so many working minutes have passed.

    Never a closing: who would be told at 17:00 is told at the next opening.
    """
    shift = bisect_right(roster.before, reached) - 1
    return roster.starts[shift] + reached - roster.before[shift]
