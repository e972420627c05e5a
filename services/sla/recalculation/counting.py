"""Counts a due anew by another calendar: by the clock's own rules, or lean for most; pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from services.sla import clock as clocks
from services.sla.clock import Clock
from services.sla.entries import Recalculated
from services.sla.phases import Lapse
from services.sla.terms import Term
from shared.working_time import WorkingTime, WorkingTimeError


class Counted(NamedTuple):
    """A due counted anew, the limit's minutes used then, and how many minutes it moved by."""

    due_at: datetime
    used: int
    minutes: int


def anew(
    clock: Clock, lapses: Iterable[Lapse], present: WorkingTime, proposed: WorkingTime
) -> Counted | None:
    """Count a clock by the proposed calendar; None where its due is no count of ours.

    A due that another system told is followed only if the present calendar comes to the same.
    """
    before = clock.due_at
    try:
        if clock.told and _recalculated(clock, lapses, present).due_at != before:
            return None
        moved = _recalculated(clock, lapses, proposed)
        if before is None or moved.due_at is None:
            return None
        return Counted(moved.due_at, moved.used, proposed.between(before, moved.due_at))
    except WorkingTimeError:
        return None


class Plain(NamedTuple):
    """All that a due depends on while everything counted since the limit began."""

    term: Term
    began_at: datetime
    granted: int
    waits_since: datetime | None
    due_at: datetime


def lean(clock: Plain, proposed: WorkingTime) -> Counted | None:
    """The same for a clock that never waited: a million of them are like this."""
    try:
        due = clock.term.due(proposed, clock.began_at)
        if due is None:
            return None
        if clock.granted:
            due = clock.term.lengthen(proposed, due, clock.granted)
        used = 0
        if clock.waits_since is not None:
            used = proposed.between(clock.began_at, clock.waits_since)
        return Counted(due, used, proposed.between(clock.due_at, due))
    except WorkingTimeError:
        return None


def _recalculated(clock: Clock, lapses: Iterable[Lapse], by: WorkingTime) -> Clock:
    trial = replace(clock, closed=list(lapses))
    clocks.apply(trial, Recalculated(clock.last_at, later_only=False), by)
    return trial
