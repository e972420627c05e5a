"""A due date told day by day: what of each day counts, or why nothing does."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from shared.working_time.arithmetic import Roster
from shared.working_time.calendar import Calendar, WorkingDay
from shared.working_time.limits import Limit, LimitUnit
from shared.working_time.minutes import DAY, from_clock, to_clock, to_date
from shared.working_time.rules import calendar_start, due, nominal_day

_WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


class Rule(StrEnum):
    """How a limit was counted."""

    WORKING_MINUTES = "working_minutes"
    ROSTER_DAYS = "roster_days"
    CALENDAR_DAYS = "calendar_days"
    CALENDAR_MONTHS = "calendar_months"

    @property
    def counts_minutes(self) -> bool:
        """Whether a day's `counted` is working minutes; otherwise it is calendar days."""
        return self in {Rule.WORKING_MINUTES, Rule.ROSTER_DAYS}


class Skip(StrEnum):
    """Why nothing of a day counts."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    OUTSIDE_SHIFTS = "outside_shifts"
    START = "start"
    MOVED = "moved"


_SKIP_TEXT: Final = {
    Skip.WEEKEND: "nghỉ hằng tuần",
    Skip.HOLIDAY: "ngày nghỉ",
    Skip.OUTSIDE_SHIFTS: "ngoài giờ làm việc",
    Skip.START: "ngày bắt đầu, tính từ ngày kế tiếp",
    Skip.MOVED: "ngày hẹn trả chuyển đến ngày làm việc này",
}


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """One day from receipt to due; `counted` is working minutes or calendar days by its rule.

    `name` and `source` are those of the calendar's exception: a holiday, or a day worked back.
    """

    on: date
    rule: Rule
    counted: int
    spans: tuple[tuple[time, time], ...]
    skipped: Skip | None
    name: str | None
    source: str | None
    provisional: bool

    @property
    def text(self) -> str:
        """The day in one Vietnamese line, with the decision it rests on."""
        ground = f" – {self.name}" if self.name else ""
        ground += f" ({self.source})" if self.source else ""
        if self.skipped:
            said = f"không tính, {_SKIP_TEXT[self.skipped]}"
        else:
            said = f"tính {self.counted} {'phút' if self.rule.counts_minutes else 'ngày'}"
        tentative = ", lịch tạm tính" if self.provisional else ""
        return f"{_WEEKDAYS[self.on.weekday()]} {self.on:%d/%m/%Y}: {said}{ground}{tentative}"


def explain(
    roster: Roster, calendar: Calendar, received: int, limit: Limit, provisional_day: int
) -> list[ExplainedDay]:
    """Tell every day from receipt to due; the counted sum is the limit."""
    end = due(roster, calendar, received, limit)
    rule = _rule_of(calendar, limit)
    if rule.counts_minutes:
        start = roster.normalise(received)
        first, last = start // DAY, end // DAY
    else:
        first = calendar_start(roster, calendar, received) // DAY
        start, last = 0, nominal_day(roster, first, limit)
    told = []
    for day in range(received // DAY, end // DAY + 1):
        spans: tuple[tuple[time, time], ...] = ()
        counted = int(first < day <= last)
        if rule.counts_minutes:
            counted, spans = _working_spans(calendar, day, start, end)
        on = to_date(day)
        exception = calendar.exceptions.get(on)
        told.append(
            ExplainedDay(
                on=on,
                rule=rule,
                counted=counted,
                spans=spans,
                skipped=None if counted else _why(calendar, on, day - first, day - last, rule),
                name=exception.name if exception else None,
                source=exception.source if exception else None,
                provisional=day >= provisional_day,
            )
        )
    return told


def _rule_of(calendar: Calendar, limit: Limit) -> Rule:
    match limit.unit:
        case LimitUnit.DAY:
            return Rule.CALENDAR_DAYS
        case LimitUnit.MONTH:
            return Rule.CALENDAR_MONTHS
        case LimitUnit.WORKING_DAY if calendar.working_day is WorkingDay.ROSTER_DAY:
            return Rule.ROSTER_DAYS
        case LimitUnit.HOUR | LimitUnit.WORKING_DAY:
            return Rule.WORKING_MINUTES


def _working_spans(
    calendar: Calendar, day: int, start: int, end: int
) -> tuple[int, tuple[tuple[time, time], ...]]:
    """Cut a day's shifts to `[start, end)`."""
    counted, spans = 0, []
    for shift in calendar.shifts_on(to_date(day)):
        begin = max(to_clock(shift.start), start - day * DAY)
        stop = min(to_clock(shift.end), end - day * DAY)
        if begin < stop:
            counted += stop - begin
            spans.append((from_clock(begin), from_clock(stop)))
    return counted, tuple(spans)


def _why(calendar: Calendar, on: date, after_start: int, after_last: int, rule: Rule) -> Skip:
    if not rule.counts_minutes and after_start == 0:
        return Skip.START
    if not calendar.shifts_on(on):
        return Skip.HOLIDAY if on in calendar.exceptions else Skip.WEEKEND
    return Skip.MOVED if not rule.counts_minutes and after_last > 0 else Skip.OUTSIDE_SHIFTS
