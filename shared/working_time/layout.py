"""A published calendar laid out once into the tables that the arithmetic searches."""

from datetime import date
from typing import Final

from shared.working_time.arithmetic import Roster
from shared.working_time.calendar import Calendar, Shift
from shared.working_time.errors import NoWorkingTime
from shared.working_time.minutes import DAY, to_clock, to_day

EXTENSION_DAYS: Final = 3653
"""Days after the published horizon that continue on weekly shifts: ten years, then OutOfRange."""


def lay_out(calendar: Calendar) -> Roster:
    """Flatten a calendar; raises NoWorkingTime when it has no working minute."""
    name = f"{calendar.code} (phiên bản {calendar.version})"
    first, last = to_day(calendar.first_on), to_day(calendar.last_on)
    exceptions = {to_day(on): _clocks(it.shifts) for on, it in calendar.exceptions.items()}
    weekly = [_clocks(calendar.weekly.get(weekday, ())) for weekday in range(7)]
    beyond = min(last + 1 + EXTENSION_DAYS, to_day(date.max))
    starts: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    workdays: list[int] = []
    total = 0
    for day in range(first, beyond):
        shifts = exceptions.get(day, weekly[day % 7])
        if shifts:
            workdays.append(day)
        for start, end in shifts:
            starts.append(day * DAY + start)
            ends.append(day * DAY + end)
            before.append(total)
            total += end - start
    if not total:
        raise NoWorkingTime(name)
    return Roster(name, first * DAY, beyond * DAY, starts, ends, before, workdays, total)


def _clocks(shifts: tuple[Shift, ...]) -> tuple[tuple[int, int], ...]:
    """Tell a day's shifts as minutes of the day, adjacent ones merged into one."""
    merged: list[tuple[int, int]] = []
    for shift in shifts:
        start, end = to_clock(shift.start), to_clock(shift.end)
        if merged and merged[-1][1] == start:
            start = merged.pop()[0]
        merged.append((start, end))
    return tuple(merged)
