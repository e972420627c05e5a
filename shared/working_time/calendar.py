"""The working calendar (lịch làm việc) as it is published: a value, whole and versioned."""

from collections.abc import Sequence
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from shared.working_time.limits import LEGAL_DAY_MINUTES

PUBLISHED_YEARS_MAX: Final = 100


def _refuse_midnight_end(value: object) -> object:
    # A due moment at 24:00 would bear the next day's date and shift the verdict by one day.
    if isinstance(value, str) and value.startswith("24:"):
        raise ValueError("Ca làm việc không được kết thúc lúc 24:00; hãy công bố 23:59.")
    return value


def _whole_minute(value: time) -> time:
    if value.second or value.microsecond or value.tzinfo:
        raise ValueError("Giờ phải chẵn phút và không kèm múi giờ.")
    return value


ClockTime = Annotated[
    time,
    Field(description="Local clock time, whole minutes."),
    BeforeValidator(_refuse_midnight_end),
    AfterValidator(_whole_minute),
    PlainSerializer(lambda at: at.strftime("%H:%M"), return_type=str, when_used="json"),
    # JSON Schema's own format `time` asks for seconds and an offset, which 15:00 has not.
    WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "examples": ["15:00"]}),
]


class Published(BaseModel):
    """A part of the published value: frozen, and nothing unknown slips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shift(Published):
    """A shift (ca làm việc), half-open: its end is the first moment not worked."""

    start: ClockTime
    end: ClockTime

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError("Ca làm việc phải bắt đầu trước khi kết thúc, trong cùng một ngày.")
        return self


class DayException(Published):
    """A day unlike its weekday: off without shifts (nghỉ lễ), worked with them (làm bù)."""

    shifts: tuple[Shift, ...] = ()
    name: str = Field(min_length=1)
    source: str | None = None


class Cutoffs(Published):
    """Hours that decide from when a filing counts, for receipts from `valid_from` on.

    A missing value means that there is no such rule, also after a trip without nulls.
    """

    valid_from: date
    same_day_until: ClockTime | None = None
    online_last_minutes: int | None = Field(default=None, ge=0)
    source: str | None = None


LEGAL_CUTOFFS: Final = Cutoffs(
    valid_from=date(2018, 6, 21), same_day_until=time(15), online_last_minutes=60
)
"""What counts unless a calendar says otherwise, from the first day of Decree 61/2018/NĐ-CP."""


class WorkingDay(StrEnum):
    """What a working day of a limit is: the calendar's minutes, or one row of its roster."""

    MINUTES = "minutes"
    ROSTER_DAY = "roster_day"


class CountFrom(StrEnum):
    """Where calendar days and months begin: at the normalised start or on the receipt's date."""

    NORMALISED = "normalised"
    RECEIPT_DATE = "receipt_date"


class Calendar(Published):
    """One published version; `calendar.published` carries it as JSON.

    `weekly` holds shifts by weekday (0 is Monday), a missing weekday is off. An exception replaces
    the shifts of its whole day. `count_from` is one word, or words by first day of receipt.
    """

    code: str = Field(min_length=1)
    version: int = Field(ge=1)
    first_on: date
    last_on: date
    provisional_from: date | None = None
    day_minutes: int = Field(default=LEGAL_DAY_MINUTES, gt=0)
    weekly: dict[int, tuple[Shift, ...]]
    exceptions: dict[date, DayException] = {}
    working_day: WorkingDay = WorkingDay.MINUTES
    count_from: CountFrom | dict[date, CountFrom] = CountFrom.NORMALISED
    cutoffs: tuple[Cutoffs, ...] = (LEGAL_CUTOFFS,)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        years = self.last_on.year - self.first_on.year
        if self.first_on > self.last_on or years > PUBLISHED_YEARS_MAX:
            raise ValueError("Phạm vi công bố của lịch không hợp lệ.")
        if any(weekday not in range(7) for weekday in self.weekly):
            raise ValueError("Ngày trong tuần phải từ 0 (Thứ Hai) đến 6 (Chủ nhật).")
        if any(not self.first_on <= day <= self.last_on for day in self.exceptions):
            raise ValueError("Ngày ngoại lệ phải nằm trong phạm vi công bố của lịch.")
        for shifts in self.weekly.values():
            _refuse_disorder(shifts)
        for exception in self.exceptions.values():
            _refuse_disorder(exception.shifts)
        days = [cutoffs.valid_from for cutoffs in self.cutoffs]
        if any(before >= after for before, after in pairwise(days)):
            raise ValueError("Quy tắc giờ chốt phải xếp theo ngày hiệu lực tăng dần.")
        return self

    def shifts_on(self, day: date) -> Sequence[Shift]:
        """The shifts of a date; beyond the horizon only the weekly ones are known."""
        exception = self.exceptions.get(day)
        return self.weekly.get(day.weekday(), ()) if exception is None else exception.shifts

    def cutoffs_on(self, day: date) -> Cutoffs | None:
        """The cut-offs in force for receipts of that date, if any."""
        return next((rule for rule in reversed(self.cutoffs) if rule.valid_from <= day), None)

    def count_from_on(self, day: date) -> CountFrom:
        """Where calendar days begin for receipts of that date."""
        if isinstance(self.count_from, CountFrom):
            return self.count_from
        begun = [first for first in self.count_from if first <= day]
        return self.count_from[max(begun)] if begun else CountFrom.NORMALISED


def _refuse_disorder(shifts: Sequence[Shift]) -> None:
    if any(before.end > after.start for before, after in pairwise(shifts)):
        raise ValueError("Các ca trong ngày phải theo thứ tự và không chồng lên nhau.")
