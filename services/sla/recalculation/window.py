"""On which days two versions of a calendar differ, and so which clocks can move; pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from shared.working_time import VIETNAM_TIME, Calendar

APART: Final = {"version", "first_on", "last_on", "provisional_from", "exceptions"}
"""In what versions may differ without every due having to be counted anew."""

ONE_DAY: Final = timedelta(days=1)


class Span(NamedTuple):
    """Moments from the first one, up to the second one, which is not in it."""

    since: datetime
    until: datetime


ALWAYS: Final = Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def changed(new: Calendar, others: Iterable[Calendar]) -> list[Span]:
    """When any of the others differs from a calendar: whole days in order, or always."""
    days: set[date] = set()
    for other in others:
        if other.model_dump(exclude=APART) != new.model_dump(exclude=APART):
            return [ALWAYS]
        days |= {
            day
            for day in other.exceptions.keys() | new.exceptions.keys()
            if other.shifts_on(day) != new.shifts_on(day)
        }
    return [Span(_midnight(day), _midnight(day + ONE_DAY)) for day in sorted(days)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), VIETNAM_TIME)
