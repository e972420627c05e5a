"""Calendar months as their first days, and a period cut into whole months and edges."""

from collections.abc import Iterator
from datetime import date, timedelta

Span = tuple[date, date]
"""Days or months from the first one, up to the second one, which is not in it."""


def month_of(day: date) -> date:
    """The month that a day lies in."""
    return day.replace(day=1)


def after(month: date) -> date:
    """The next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def before(month: date) -> date:
    """The month before."""
    return month_of(month - timedelta(days=1))


def between(first: date, beyond: date) -> Iterator[date]:
    """Every month from the first one, up to the last one, which is not in it."""
    while first < beyond:
        yield first
        first = after(first)


def cut(first: date, last: date) -> tuple[list[Span], Span | None]:
    """Cut a period (both days in it) into spans of days and one of whole months."""
    beyond = last + timedelta(days=1)
    whole_first = first if first.day == 1 else after(month_of(first))
    whole_beyond = month_of(beyond)
    if whole_first >= whole_beyond:
        return [(first, beyond)], None
    edges = [(first, whole_first), (whole_beyond, beyond)]
    return [span for span in edges if span[0] < span[1]], (whole_first, whole_beyond)
