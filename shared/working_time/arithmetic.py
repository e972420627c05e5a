"""Working-time arithmetic on whole local minutes: one or two bisects, no walk over days."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from shared.working_time.errors import OutOfRange
from shared.working_time.minutes import DAY


@dataclass(frozen=True, slots=True)
class Roster:
    """Every shift of a calendar in a row, half-open `[starts, ends)`, over `[first, beyond)`.

    `before` counts the working minutes before each shift; `workdays` numbers the days with shifts.
    A minute or day outside the table raises OutOfRange.
    """

    name: str
    first: int
    beyond: int
    starts: list[int]
    ends: list[int]
    before: list[int]
    workdays: list[int]
    total: int

    def elapsed(self, minute: int) -> int:
        """Count the working minutes from the first published day to `minute`."""
        if not self.first <= minute < self.beyond:
            raise OutOfRange(self.name)
        shift = bisect_right(self.starts, minute) - 1
        if shift < 0:
            return 0
        end = self.ends[shift]
        return self.before[shift] + min(end, minute) - self.starts[shift]

    def between(self, a: int, b: int) -> int:
        """Count the working minutes of `[a, b)`; negative when `b` comes first."""
        return self.elapsed(b) - self.elapsed(a)

    def is_working(self, minute: int) -> bool:
        """Whether the minute lies in a shift; a shift's end does not."""
        if not self.first <= minute < self.beyond:
            raise OutOfRange(self.name)
        shift = bisect_right(self.starts, minute) - 1
        return shift >= 0 and minute < self.ends[shift]

    def normalise(self, minute: int) -> int:
        """Move to the first working minute at or after `minute`."""
        shift = bisect_right(self.ends, minute)
        if minute < self.first or shift == len(self.ends):
            raise OutOfRange(self.name)
        start = self.starts[shift]
        return max(start, minute)

    def add(self, minute: int, count: int) -> int:
        """Move `count` working minutes on; nothing added is `normalise`."""
        if count <= 0:
            _refuse_negative(count)
            return self.normalise(minute)
        return self.reached(self.elapsed(minute) + count)

    def subtract(self, minute: int, count: int) -> int:
        """Move `count` working minutes back, to a working minute: an opening, not a closing."""
        _refuse_negative(count)
        target = self.elapsed(minute) - count
        if not 0 <= target < self.total:
            raise OutOfRange(self.name)
        shift = bisect_right(self.before, target) - 1
        return self.starts[shift] + target - self.before[shift]

    def reached(self, target: int) -> int:
        """Tell when `target` (≥ 1) working minutes are complete; a shift's end is not left."""
        if target > self.total:
            raise OutOfRange(self.name)
        # bisect_left: with bisect_right a due at 17:00 would jump to the next opening.
        shift = bisect_left(self.before, target) - 1
        return self.starts[shift] + target - self.before[shift]

    def add_rows(self, minute: int, rows: int, count: int) -> int:
        """Move `rows` working days on at the same depth of the day, then `count` minutes."""
        start = self.normalise(minute)
        today = bisect_left(self.workdays, start // DAY)
        if today + rows >= len(self.workdays):
            raise OutOfRange(self.name)
        done = self.between(self.workdays[today] * DAY, start)
        opening = self.workdays[today + rows] * DAY
        length = self.elapsed(self.closing(opening // DAY)) - self.elapsed(opening)
        return self.reached(self.elapsed(opening) + min(done, length) + count)

    def workday(self, day: int) -> int:
        """Find the first day with shifts at or after `day`."""
        index = bisect_left(self.workdays, day)
        if day * DAY < self.first or index == len(self.workdays):
            raise OutOfRange(self.name)
        return self.workdays[index]

    def opening(self, workday: int) -> int:
        """First minute of a day with shifts."""
        return self.starts[bisect_left(self.starts, workday * DAY)]

    def closing(self, workday: int) -> int:
        """End of the last shift of a day with shifts."""
        return self.ends[bisect_left(self.starts, (workday + 1) * DAY) - 1]

    def roll(self, day: int, clock: int) -> int:
        """Move a day off forward and clip the clock time into the shifts of the day found."""
        workday = self.workday(day)
        minute = workday * DAY + clock
        shift = bisect_right(self.starts, minute) - 1
        if shift < 0 or self.starts[shift] < workday * DAY:
            return self.opening(workday)
        end = self.ends[shift]
        return min(end, minute)


def _refuse_negative(count: int) -> None:
    if count < 0:
        raise ValueError("Số phút làm việc không được âm.")
