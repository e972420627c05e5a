"""The counting rules on whole local minutes: due dates, cut-offs, extension."""

from calendar import monthrange
from datetime import MAXYEAR, date
from typing import Final

from shared.working_time.arithmetic import Roster
from shared.working_time.calendar import Calendar, CountFrom, WorkingDay
from shared.working_time.errors import OutOfRange
from shared.working_time.limits import LEGAL_DAY_MINUTES, Limit, LimitUnit
from shared.working_time.minutes import DAY, to_clock, to_date, to_day

_YEAR_MONTHS: Final = 12
_SHORTEST_MONTH_DAYS: Final = 28


def due(roster: Roster, calendar: Calendar, received: int, limit: Limit) -> int:
    """Tell when a limit that runs from `received` ends."""
    if limit.count:
        start = calendar_start(roster, calendar, received)
        return roster.roll(nominal_day(roster, start // DAY, limit), start % DAY)
    if limit.unit is LimitUnit.WORKING_DAY and calendar.working_day is WorkingDay.ROSTER_DAY:
        rows, rest = divmod(limit.minutes_at(calendar.day_minutes), calendar.day_minutes)
        return roster.add_rows(received, rows, rest)
    if calendar.day_minutes == LEGAL_DAY_MINUTES:
        return roster.add(received, limit.minutes)
    return roster.add(received, limit.minutes_at(calendar.day_minutes))


def calendar_start(roster: Roster, calendar: Calendar, received: int) -> int:
    """Tell from where calendar days and months are counted."""
    if calendar.count_from is CountFrom.NORMALISED:
        return roster.normalise(received)
    if calendar.count_from_on(to_date(received // DAY)) is CountFrom.NORMALISED:
        return roster.normalise(received)
    if not roster.first <= received < roster.beyond:
        raise OutOfRange(roster.name)
    return received


def nominal_day(roster: Roster, start: int, limit: Limit) -> int:
    """Count calendar days or months from a day; 31/01 and one month is the last of February."""
    if limit.unit is LimitUnit.DAY:
        return start + limit.count
    began = to_date(start)
    years, month = divmod(began.month - 1 + limit.count, _YEAR_MONTHS)
    year = began.year + years
    if year > MAXYEAR:
        raise OutOfRange(roster.name)
    day = began.day
    if day > _SHORTEST_MONTH_DAYS:
        day = min(day, monthrange(year, month + 1)[1])
    return to_day(date(year, month + 1, day))


def same_day(roster: Roster, calendar: Calendar, received: int) -> int:
    """Close the day of a receipt up to the cut-off, the next working day of a later one.

    Decree 61/2018 Art 18(2) and 118/2025 Art 18(2): the cut-off's own minute is still in time.
    """
    today = received // DAY
    cutoffs = calendar.cutoffs_on(to_date(today))
    until = cutoffs.same_day_until if cutoffs else None
    day = roster.normalise(received) // DAY
    if until is not None and received % DAY > to_clock(until):
        day = roster.workday(today + 1)
    return roster.closing(day)


def counts_from(roster: Roster, calendar: Calendar, filed: int, *, online: bool) -> int:
    """Tell when a filing begins to count; online in the last hour it is the next working day.

    Decree 118/2025 Art 17(2). The hour is the one before the last closing of that very day.
    """
    today = filed // DAY
    cutoffs = calendar.cutoffs_on(to_date(today)) if online else None
    last_minutes = cutoffs.online_last_minutes if cutoffs else None
    if last_minutes is None or roster.workday(today) != today:
        return roster.normalise(filed)
    if filed >= roster.closing(today) - last_minutes:
        return roster.opening(roster.workday(today + 1))
    return roster.normalise(filed)


def extend(roster: Roster, due: int, limit: Limit, *, minutes: int, days: int) -> int:
    """Put a waiting time behind a due: working minutes, or calendar days for day limits.

    Nothing waited changes nothing: `add(due, 0)` would move a due at 17:00 to the next opening.
    """
    if minutes < 0 or days < 0:
        raise ValueError("Thời gian tạm dừng không được âm.")
    if limit.unit.is_working_time:
        return roster.add(due, minutes) if minutes else due
    return roster.roll(due // DAY + days, due % DAY) if days else due
