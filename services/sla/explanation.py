"""Tells a clock's due date stretch by stretch and day by day, with pauses and decrees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import asyncpg

from services.sla.calendars import Version
from services.sla.stand import StandKind
from services.sla.watching import Watched
from shared.working_time import ExplainedDay, Limit, LimitUnit, WorkingTime, business_date

HOUR_MINUTES = 60
CHANGES = ("extended", "reappointed", "recalculated", "restarted")
"""Entries that move a due or a promise without anything having waited."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the clock did one thing; one that lies ahead ends at the due date.

    `counts` tells whether it is part of the limit that counts now: a restart voids what was.
    """

    stand: StandKind
    begins_at: datetime
    ends_at: datetime | None
    pauses: tuple[str, ...]
    ground: str | None
    minutes: int | None
    counts: bool
    days: Sequence[ExplainedDay]


def explain_stretch(
    working_time: WorkingTime, begins_at: datetime, ends_at: datetime
) -> list[ExplainedDay]:
    """Tell each day of a running stretch."""
    minutes = working_time.between(begins_at, ends_at)
    if minutes <= 0:
        return []
    return working_time.explain(begins_at, Limit(Fraction(minutes, HOUR_MINUTES), LimitUnit.HOUR))


@dataclass(frozen=True, slots=True)
class Decree:
    """A day that a calendar counts otherwise than the one before it, and by which document."""

    on: date
    name: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that moved a due or a promise; `decrees` are why, where it was a calendar."""

    row: asyncpg.Record
    decrees: Sequence[Decree]


def changes(watched: Watched) -> list[Change]:
    """Tell the decisions on a clock in their order."""
    told, version = [], watched.ledger[0]["calendar_version"]
    for row in watched.ledger:
        if row["kind"] in CHANGES:
            told.append(Change(row, _decrees(watched, row, version)))
        version = row["calendar_version"]
    return told


def _decrees(watched: Watched, row: asyncpg.Record, before: int) -> list[Decree]:
    """The days between the limit's start and its due in which two versions differ."""
    if row["kind"] != "recalculated" or row["due_at"] is None:
        return []
    old = watched.times[row["calendar"], before].calendar
    new = watched.times[row["calendar"], row["calendar_version"]].calendar
    first, last = business_date(watched.followed.clock.began_at), business_date(row["due_at"])
    return [
        Decree(day, named.name, named.source)
        for day in sorted(old.exceptions.keys() | new.exceptions.keys())
        if first <= day <= last and old.shifts_on(day) != new.shifts_on(day)
        if (named := new.exceptions.get(day) or old.exceptions.get(day)) is not None
    ]


def stretches(watched: Watched) -> list[Stretch]:
    """Cut a clock's life into what ran and what waited, up to its end or its due date."""
    return [_stretch(watched, *part) for part in _parts(watched)]


Part = tuple[asyncpg.Record, datetime, datetime | None, tuple[str, ...]]
"""The ledger row that began it, from when to when, and the pauses that were open."""


def _parts(watched: Watched) -> Iterator[Part]:
    clock = watched.followed.clock
    begun, since = watched.ledger[0], clock.started_at
    pauses: tuple[str, ...] = ()
    for row in watched.ledger[1:]:
        now_open = _open_after(row, pauses)
        if (row["stand"], now_open) == (begun["stand"], pauses) and row["kind"] != "restarted":
            continue
        if row["at"] > since:
            yield begun, since, row["at"], pauses
            since = row["at"]
        begun, pauses = row, now_open
    if begun["stand"] != StandKind.ENDED:
        ahead = clock.due_at if not pauses and clock.due_at and clock.due_at > since else None
        yield begun, since, ahead, pauses


def _counted_by(watched: Watched, begun: asyncpg.Record) -> Version:
    """The calendar that counts what began with this row: a recalculation counts all anew."""
    anew = [
        (row["calendar"], row["calendar_version"])
        for row in watched.ledger[begun["place"] :]
        if row["kind"] == "recalculated"
    ]
    return anew[-1] if anew else (begun["calendar"], begun["calendar_version"])


def _open_after(row: asyncpg.Record, pauses: tuple[str, ...]) -> tuple[str, ...]:
    match row["kind"]:
        case "paused":
            return (*pauses, row["pause"])
        case "resumed":
            return tuple(pause for pause in pauses if pause != row["pause"])
        case "ended":
            return ()
        case _:
            return pauses


def _stretch(
    watched: Watched,
    begun: asyncpg.Record,
    begins_at: datetime,
    ends_at: datetime | None,
    pauses: tuple[str, ...],
) -> Stretch:
    working_time = watched.times[_counted_by(watched, begun)]
    clock = watched.followed.clock
    runs = begun["stand"] == StandKind.RUNNING
    counts = runs and begins_at >= clock.began_at
    days: Sequence[ExplainedDay] = ()
    if runs and ends_at is not None and clock.term.counts_working_time:
        days = explain_stretch(working_time, begins_at, ends_at)
    elif counts and begins_at == clock.began_at and clock.term.limit is not None:
        # Calendar days and months run through; waits are put behind them whole.
        days = working_time.explain(begins_at, clock.term.limit)
    return Stretch(
        stand=StandKind(begun["stand"]),
        begins_at=begins_at,
        ends_at=ends_at,
        pauses=pauses,
        ground=begun["ground"],
        minutes=None if ends_at is None else working_time.between(begins_at, ends_at),
        counts=counts,
        days=days,
    )
