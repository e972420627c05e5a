"""Random ledgers for the fold: waits that overlap, at moments that like the borders of shifts."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from services.sla import clock as clocks
from services.sla.clock import Clock
from services.sla.entries import Entry, Paused, PauseKind, Resumed, Started
from shared.events import PauseEnd
from shared.working_time import (
    VIETNAM_TIME,
    Calendar,
    DayException,
    Limit,
    LimitUnit,
    Shift,
    WorkingTime,
)
from tests.sla.factories import AFTERNOON, MORNING, make_calendar

STEPS_MAX = 8
CALENDARS = 40
FIRST = date(2026, 2, 16)
DAYS = 42
GAPS = st.sampled_from([0, 1, 30, 240, 270, 480, 1440, 4321, 9999])
EXTEND = st.just(PauseEnd.EXTEND)


def _shifts(chance: random.Random) -> tuple[Shift, ...]:
    """Up to three shifts, sometimes adjacent ones."""
    borders = sorted(chance.sample(range(0, 1439, 30), 2 * chance.randrange(4)))
    clocks_ = [time(*divmod(border, 60)) for border in borders]
    if len(clocks_) == 4 and chance.random() < 0.5:
        clocks_[2] = clocks_[1]
    return tuple(
        Shift(start=start, end=end) for start, end in zip(clocks_[::2], clocks_[1::2], strict=True)
    )


def _calendar(seed: int) -> Calendar:
    """Office hours, Saturday mornings or any week; days off in a row, half days, days worked."""
    chance = random.Random(seed)
    office = dict.fromkeys(range(5), (MORNING, AFTERNOON))
    weekly = chance.choice((office, office | {5: (MORNING,)}, None)) or {
        day: _shifts(chance) for day in range(7)
    } | {2: (MORNING,)}
    off = chance.randrange(DAYS - 13)
    days = {off + n: DayException(name="nghỉ") for n in range(chance.randrange(12))}
    for _ in range(chance.randrange(6)):
        days[chance.randrange(DAYS)] = DayException(name="khác", shifts=_shifts(chance))
    return make_calendar(
        first_on=FIRST,
        last_on=FIRST + timedelta(days=DAYS),
        weekly=weekly,
        exceptions={FIRST + timedelta(days=day): it for day, it in days.items()},
    )


POOL = [WorkingTime(_calendar(seed)) for seed in range(CALENDARS)]
"""Compiled once: laying a calendar out costs more than folding a ledger a hundred times."""

WORKING_TIMES = st.sampled_from(POOL)


@dataclass(frozen=True)
class Script:
    """A ledger and the calendar that it is counted by."""

    working_time: WorkingTime
    entries: tuple[Entry, ...]

    @property
    def ends_at(self) -> datetime:
        """The moment of the last entry."""
        return self.entries[-1].at

    def fold(self, working_time: WorkingTime | None = None) -> Clock:
        """Fold the whole ledger by its own calendar, or by another."""
        counted_by = working_time or self.working_time
        return clocks.fold([(entry, counted_by) for entry in self.entries])


def minutes(count: int) -> Limit:
    """A limit of working minutes."""
    return Limit(Fraction(count, 60), LimitUnit.HOUR)


# Three minutes are a twentieth of an hour: published limits are decimals.
WORKING_LIMITS = st.integers(1, 2000).map(lambda count: minutes(3 * count))
LIMITS = st.one_of(
    WORKING_LIMITS,
    st.integers(1, 20).map(lambda count: Limit(count, LimitUnit.DAY)),
    st.integers(1, 3).map(lambda count: Limit(count, LimitUnit.MONTH)),
)


@st.composite
def moments(draw: st.DrawFn, working_time: WorkingTime) -> datetime:
    """A minute of three weeks, often a border of the day's shifts or a neighbour of one."""
    day = FIRST + timedelta(days=draw(st.integers(7, 28)))
    shifts = working_time.calendar.shifts_on(day)
    borders = [clock for shift in shifts for clock in (shift.start, shift.end)]
    local = datetime.combine(day, draw(st.sampled_from([*borders, time(0), time(12, 17)])))
    moment = local.replace(tzinfo=VIETNAM_TIME).astimezone(UTC)
    return moment + timedelta(minutes=draw(st.integers(-1, 1)))


@st.composite
def scripts(
    draw: st.DrawFn,
    modes: st.SearchStrategy[PauseEnd] = EXTEND,
    limits: st.SearchStrategy[Limit] = WORKING_LIMITS,
) -> Script:
    """A start and up to eight pauses and resumptions that may overlap."""
    working_time = draw(WORKING_TIMES)
    at = draw(moments(working_time))
    counts_from = at + timedelta(minutes=draw(st.sampled_from([0, 0, 1, 700])))
    entries: list[Entry] = [Started(at, counts_from, draw(limits), same_day=False)]
    open_pauses: list[str] = []
    for number in range(draw(st.integers(0, STEPS_MAX))):
        at += timedelta(minutes=draw(GAPS))
        ends: bool = draw(st.booleans())
        if open_pauses and ends:
            pause = open_pauses.pop(draw(st.integers(0, len(open_pauses) - 1)))
            entries.append(Resumed(at, pause, draw(modes)))
        else:
            pause = draw(st.sampled_from(list(PauseKind))).numbered(number)
            open_pauses.append(pause)
            entries.append(Paused(at, pause))
    return Script(working_time, tuple(entries))
