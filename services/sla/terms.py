"""What a dossier was promised: its limit or same-day rule, and the due dates that follow."""

from datetime import datetime, timedelta
from typing import NamedTuple

from shared.working_time import Limit, WorkingTime


class Term(NamedTuple):
    """A processing limit (thời hạn giải quyết); neither limit nor same-day rule means no due."""

    limit: Limit | None
    same_day: bool

    @property
    def counts_working_time(self) -> bool:
        """Whether a waiting time is added as working minutes; otherwise as calendar days."""
        return self.limit is None or self.limit.unit.is_working_time

    def due(self, working_time: WorkingTime, start: datetime) -> datetime | None:
        """Tell when the whole term ends that runs from `start`."""
        if self.same_day:
            return working_time.due_same_day(start)
        return None if self.limit is None else working_time.due(start, self.limit)

    def put_behind(
        self, working_time: WorkingTime, due: datetime, since: datetime, until: datetime
    ) -> datetime:
        """Put the waiting time `[since, until)` behind a due; nothing waited changes nothing."""
        if self.limit is None:
            waited = working_time.between(since, until)
            return working_time.add(due, waited) if waited > 0 else due
        return working_time.extend_over(due, since, until, self.limit)

    def lengthen(self, working_time: WorkingTime, due: datetime, amount: int) -> datetime:
        """Lengthen by working minutes, or by days where the limit is of days or months."""
        if self.limit is None:
            return working_time.add(due, amount) if amount else due
        if self.limit.unit.is_working_time:
            return working_time.extend(due, amount, self.limit)
        return working_time.extend(due, 0, self.limit, waited_days=amount)

    def minutes(self, working_time: WorkingTime, start: datetime) -> int | None:
        """Working minutes that the term allows from `start`; None without a due."""
        due = self.due(working_time, start)
        return None if due is None else working_time.between(start, due)


def floored(moment: datetime) -> datetime:
    """The whole minute that counts; seconds are kept only where they are told."""
    return moment - timedelta(seconds=moment.second, microseconds=moment.microsecond)
