"""A calendar ready to answer: aware moments in, aware UTC moments out."""

from datetime import date, datetime
from typing import ClassVar, Final

from shared.working_time import explanation, rules
from shared.working_time.calendar import Calendar
from shared.working_time.errors import WorkingTimeError
from shared.working_time.layout import lay_out
from shared.working_time.limits import Limit
from shared.working_time.minutes import DAY, business_date, to_day, to_minutes, to_moment

COMPILED_MAX: Final = 256
"""Calendar versions kept ready in one process; ten years take about a millisecond to lay out."""


class WorkingTime:
    """Working time (thời gian làm việc) by one calendar version.

    Every moment is floored to the minute here; every answer may raise OutOfRange.
    """

    _compiled: ClassVar[dict[tuple[str, int], "WorkingTime"]] = {}

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.roster = lay_out(calendar)
        tentative = [to_day(calendar.last_on) + 1]
        if calendar.provisional_from:
            tentative.append(to_day(calendar.provisional_from))
        self._provisional_day = min(tentative)

    @classmethod
    def of(cls, calendar: Calendar) -> "WorkingTime":
        """Get the compiled calendar, laid out once per (code, version) and content."""
        key = (calendar.code, calendar.version)
        known = cls._compiled.get(key)
        # A draft may bear a number that is in use: the content decides.
        if known and (known.calendar is calendar or known.calendar == calendar):
            return known
        if len(cls._compiled) >= COMPILED_MAX:
            cls._compiled.clear()
        compiled = cls._compiled[key] = cls(calendar)
        return compiled

    def elapsed(self, moment: datetime) -> int:
        """Count the working minutes since the calendar's first day."""
        return self.roster.elapsed(to_minutes(moment))

    def between(self, a: datetime, b: datetime) -> int:
        """Count the working minutes of `[a, b)`; negative backwards."""
        return self.roster.between(to_minutes(a), to_minutes(b))

    def is_working(self, moment: datetime) -> bool:
        """Whether the moment lies in a shift; the shift's end does not."""
        return self.roster.is_working(to_minutes(moment))

    def normalise(self, moment: datetime) -> datetime:
        """Move to the first working minute at or after the moment."""
        return to_moment(self.roster.normalise(to_minutes(moment)))

    def add(self, moment: datetime, minutes: int) -> datetime:
        """Move working minutes on; adding 0 is `normalise`, extending by 0 is `extend`."""
        return to_moment(self.roster.add(to_minutes(moment), minutes))

    def subtract(self, moment: datetime, minutes: int) -> datetime:
        """Move working minutes back to a working minute, as alarms before a due need it."""
        return to_moment(self.roster.subtract(to_minutes(moment), minutes))

    def due(self, received_at: datetime, limit: Limit) -> datetime:
        """Tell the due (ngày hẹn trả) of a limit; raises InexactLimit on a broken minute."""
        return to_moment(rules.due(self.roster, self.calendar, to_minutes(received_at), limit))

    def due_same_day(self, received_at: datetime) -> datetime:
        """Tell the due of a same-day procedure (trả trong ngày); Decree 118/2025 Art 18(2)."""
        return to_moment(rules.same_day(self.roster, self.calendar, to_minutes(received_at)))

    def counts_from(self, filed_at: datetime, online: bool) -> datetime:
        """Tell when a filing begins to count; Decree 118/2025 Art 17(2) for online ones."""
        filed = to_minutes(filed_at)
        return to_moment(rules.counts_from(self.roster, self.calendar, filed, online=online))

    def extend(
        self, due_at: datetime, waited_minutes: int, limit: Limit, *, waited_days: int | None = None
    ) -> datetime:
        """Put a waiting time behind a due; day and month limits need the calendar days waited."""
        if waited_days is None and not limit.unit.is_working_time and waited_minutes:
            raise ValueError("Thời hạn theo ngày hoặc tháng cần số ngày đã tạm dừng.")
        due, days = to_minutes(due_at), waited_days or 0
        moved = rules.extend(self.roster, due, limit, minutes=waited_minutes, days=days)
        return due_at if moved == due else to_moment(moved)

    def extend_over(
        self, due_at: datetime, since: datetime, until: datetime, limit: Limit
    ) -> datetime:
        """Put the pause `[since, until)` behind a due: working minutes, or days between dates."""
        days = to_minutes(until) // DAY - to_minutes(since) // DAY
        return self.extend(due_at, self.between(since, until), limit, waited_days=days)

    def explain(self, received_at: datetime, limit: Limit) -> list[explanation.ExplainedDay]:
        """Tell the due day by day; the counted sum is the limit."""
        received = to_minutes(received_at)
        return explanation.explain(
            self.roster, self.calendar, received, limit, self._provisional_day
        )

    def is_provisional(self, due_at: datetime) -> bool:
        """Whether the due lies where holidays are not decided: provisional or past the horizon."""
        return to_minutes(due_at) // DAY >= self._provisional_day

    def is_working_day(self, on: date) -> bool:
        """Whether the date has shifts."""
        try:
            return self.roster.workday(to_day(on)) == to_day(on)
        except WorkingTimeError:
            return False

    def business_date(self, moment: datetime) -> date:
        """Tell the date on which a moment falls in Vietnam."""
        return business_date(moment)

    def due_on(self, due_at: datetime) -> date:
        """Tell the business date that early, on time and late are judged by.

        No shift ends at 24:00, so that a due never bears the date of the day after.
        """
        return business_date(due_at)
