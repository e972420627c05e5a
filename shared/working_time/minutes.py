"""Moments as whole local minutes: fixed +07:00, counted from a Monday, floored only here."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

DAY: Final = 1440
"""Minutes from one midnight to the next; Vietnam has no daylight saving."""

VIETNAM_TIME: Final = timezone(timedelta(hours=7), "+07:00")

_MONDAY: Final = date(2018, 1, 1)
_EPOCH: Final = datetime(2018, 1, 1, tzinfo=VIETNAM_TIME).astimezone(UTC)
_FIRST_ORDINAL: Final = _MONDAY.toordinal()
_MINUTE_SECONDS: Final = 60


def to_minutes(moment: datetime) -> int:
    """Floor an aware moment to its minute; a naive one raises TypeError."""
    # One subtraction: `astimezone` would halve the rate of every due date.
    since = moment - _EPOCH
    return since.days * DAY + since.seconds // _MINUTE_SECONDS


def to_moment(minutes: int) -> datetime:
    """Tell local minutes as an aware UTC moment."""
    return _EPOCH + timedelta(0, minutes * _MINUTE_SECONDS)


def to_day(on: date) -> int:
    """Number a business date; day 0 is a Monday, so that `day % 7` is the weekday."""
    return on.toordinal() - _FIRST_ORDINAL


def to_date(day: int) -> date:
    """Tell the business date of a day's number."""
    return date.fromordinal(day + _FIRST_ORDINAL)


def to_clock(at: time) -> int:
    """Tell a clock time as minutes since midnight."""
    return at.hour * 60 + at.minute


def from_clock(minutes: int) -> time:
    """Tell minutes since midnight as a clock time."""
    return time(*divmod(minutes, 60))


def business_date(moment: datetime) -> date:
    """Tell the date on which a moment falls in Vietnam."""
    return to_date(to_minutes(moment) // DAY)
