"""What is said of a calendar's version, and the whole calendar that follows from it; pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.procedures.codes import VERSION_MAX, CalendarCode
from services.procedures.texts import Name
from shared.working_time import Calendar, CountFrom, Cutoffs, DayException, Shift, WorkingDay

OF_THE_BASE: Final = ("first_on", "last_on", "provisional_from", "day_minutes")
"""What all calendars of one base share: how far it is published, and what a legal day is."""

OWN: Final = ("working_day", "count_from", "cutoffs")
"""What a derived calendar may say for itself, whole; weekdays and days it may change singly."""


class CalendarContent(BaseModel):
    """A calendar whole, or by its `base` and what differs: weekdays, days, and rules.

    `without` names days that are exceptions in the base and none here, and by which decision.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: CalendarCode
    version: int = Field(ge=1, le=VERSION_MAX)
    base: CalendarCode | None = None
    first_on: date | None = None
    last_on: date | None = None
    provisional_from: date | None = None
    day_minutes: int | None = Field(default=None, gt=0)
    weekly: dict[int, tuple[Shift, ...]] = {}
    exceptions: dict[date, DayException] = {}
    without: dict[date, Name] = {}
    working_day: WorkingDay | None = None
    count_from: CountFrom | dict[date, CountFrom] | None = None
    cutoffs: tuple[Cutoffs, ...] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.base is None:
            if self.without:
                raise ValueError("Chỉ lịch dựa trên lịch khác (base) mới bỏ ngày bằng without.")
            self.whole()
            return self
        if any(weekday not in range(7) for weekday in self.weekly):
            raise ValueError("Ngày trong tuần phải từ 0 (Thứ Hai) đến 6 (Chủ nhật).")
        if inherited := [name for name in OF_THE_BASE if getattr(self, name) is not None]:
            raise ValueError(f"Lịch dựa trên lịch khác không tự đặt {', '.join(inherited)}.")
        if both := sorted(self.without.keys() & self.exceptions.keys()):
            raise ValueError(f"Ngày {both[0]} vừa bị bỏ vừa được đặt.")
        return self

    def whole(self) -> Calendar:
        """The calendar that has no base; raises ValueError where it does not hold together."""
        if None in (self.first_on, self.last_on) or "weekly" not in self.model_fields_set:
            raise ValueError("Lịch không có base phải có first_on, last_on và weekly.")
        return _calendar(self._given())

    def on(self, base: Calendar) -> Calendar:
        """The whole calendar that follows from the base; raises ValueError as `whole` does."""
        kept = {day: it for day, it in base.exceptions.items() if day not in self.without}
        given = self._given()
        changed = {
            "code": self.code,
            "version": self.version,
            "weekly": {**base.weekly, **self.weekly},
            "exceptions": dict(sorted({**kept, **self.exceptions}.items())),
        }
        own = {name: given[name] for name in OWN if name in given}
        return _calendar(dict(base) | own | changed)

    def kept(self) -> dict[str, Any]:
        """What was said, as JSON."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)

    def _given(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in given.items() if value is not None}


def _calendar(members: Mapping[str, Any]) -> Calendar:
    try:
        return Calendar.model_validate(
            {name: value for name, value in members.items() if name in Calendar.model_fields}
        )
    except ValidationError as unfit:
        raise ValueError(unfit.errors()[0]["msg"].removeprefix("Value error, ")) from unfit
