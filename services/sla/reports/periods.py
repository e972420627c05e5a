"""The period before a period, and the same one of the year before."""

import calendar
from datetime import date, timedelta
from typing import NamedTuple

from services.sla import months


class Period(NamedTuple):
    """Two days, both in it."""

    first: date
    last: date


def before(period: Period) -> Period:
    """The period before: as many whole months if it is made of such, else as many days."""
    last = period.first - timedelta(days=1)
    if _is_whole(period):
        first = period.first
        for _ in months.between(period.first, period.last):
            first = months.before(first)
        return Period(first, last)
    return Period(last - (period.last - period.first), last)


def year_before(period: Period) -> Period:
    """The same days of the year before; a month's last day stays its month's last day."""
    return Period(_year_before(period.first), _year_before(period.last))


def _is_whole(period: Period) -> bool:
    return period.first.day == 1 and (period.last + timedelta(days=1)).day == 1


def _year_before(day: date) -> date:
    year = day.year - 1
    days = calendar.monthrange(year, day.month)[1]
    was_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, day.month, days if was_last else min(day.day, days))
