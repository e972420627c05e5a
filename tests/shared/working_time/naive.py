"""The definition of working time as a slow walk, minute by minute, over plain local datetimes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

from shared.working_time import Calendar, Cutoffs, Shift

MINUTE = timedelta(minutes=1)
WALK_DAYS_MAX = 400
"""A walk that finds no work within this many days is a mistake of the test."""


class MinuteWalk:
    """Answers like WorkingTime, in naive local time, one minute after the other."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._worked = cache(self._working_minutes)

    def works(self, minute: datetime) -> bool:
        return _of_day(minute.time()) in self._worked(minute.date())

    def is_workday(self, day: date) -> bool:
        return bool(self._worked(day))

    def normalise(self, moment: datetime) -> datetime:
        return next(minute for minute in _forward(moment) if self.works(minute))

    def add(self, moment: datetime, count: int) -> datetime:
        if count == 0:
            return self.normalise(moment)
        worked = (minute for minute in _forward(moment) if self.works(minute))
        return next(minute for n, minute in enumerate(worked, 1) if n == count) + MINUTE

    def subtract(self, moment: datetime, count: int) -> datetime:
        if count == 0:
            return self.normalise(moment)
        worked = (minute for minute in _backward(moment) if self.works(minute))
        return next(minute for n, minute in enumerate(worked, 1) if n == count)

    def between(self, a: datetime, b: datetime) -> int:
        if b < a:
            return -self.between(b, a)
        return sum(self.works(a + n * MINUTE) for n in range((b - a) // MINUTE))

    def opening(self, day: date) -> datetime:
        return _midnight(day) + min(self._worked(day)) * MINUTE

    def closing(self, day: date) -> datetime:
        return _midnight(day) + (max(self._worked(day)) + 1) * MINUTE

    def workday(self, day: date) -> date:
        days = (day + timedelta(n) for n in range(WALK_DAYS_MAX))
        return next(found for found in days if self.is_workday(found))

    def after_days(self, start: datetime, days: int) -> datetime:
        """Calendar days, rolled off days off; the clock time clipped into the day's shifts."""
        day = self.workday(start.date() + timedelta(days))
        moment = datetime.combine(day, start.time())
        if moment < self.opening(day):
            return self.opening(day)
        steps = (moment - n * MINUTE for n in range(1440))
        return next(step for step in steps if self.works(step) or self.works(step - MINUTE))

    def after_months(self, start: datetime, months: int) -> datetime:
        year, month, day = start.year, start.month, start.day
        for _ in range(months):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        while not _exists(year, month, day):
            day -= 1
        return self.after_days(start, (date(year, month, day) - start.date()).days)

    def after_rows(self, start: datetime, rows: int, rest: int) -> datetime:
        """Working days as rows of the roster: the same depth of a later day, then minutes."""
        depth, day = self.between(_midnight(start.date()), start), start.date()
        for _ in range(rows):
            day = self.workday(day + timedelta(1))
        count = min(depth, len(self._worked(day))) + rest
        if count:
            return self.add(_midnight(day), count)
        return next(m for m in _backward(_midnight(day)) if self.works(m)) + MINUTE

    def same_day(self, received: datetime) -> datetime:
        day, rule = self.normalise(received).date(), self._cutoffs(received)
        until = rule.same_day_until if rule else None
        if until and day == received.date() and received.time() > until:
            day = self.workday(day + timedelta(1))
        return self.closing(day)

    def counts_from_online(self, filed: datetime) -> datetime:
        rule, today = self._cutoffs(filed), filed.date()
        last = rule.online_last_minutes if rule else None
        if last is None or not self.is_workday(today):
            return self.normalise(filed)
        if filed >= self.closing(today) - last * MINUTE:
            return self.opening(self.workday(today + timedelta(1)))
        return self.normalise(filed)

    def _cutoffs(self, moment: datetime) -> Cutoffs | None:
        begun = [rule for rule in self.calendar.cutoffs if rule.valid_from <= moment.date()]
        return begun[-1] if begun else None

    def _working_minutes(self, day: date) -> frozenset[int]:
        shifts: tuple[Shift, ...] = self.calendar.weekly.get(day.weekday(), ())
        if day in self.calendar.exceptions:
            shifts = self.calendar.exceptions[day].shifts
        minutes = (range(_of_day(it.start), _of_day(it.end)) for it in shifts)
        return frozenset(minute for shift in minutes for minute in shift)


def _forward(moment: datetime) -> Iterator[datetime]:
    return (moment + n * MINUTE for n in range(WALK_DAYS_MAX * 1440))


def _backward(moment: datetime) -> Iterator[datetime]:
    return (moment - n * MINUTE for n in range(1, WALK_DAYS_MAX * 1440))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the walk is local by design


def _of_day(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
