"""Tells what one version of a calendar says otherwise than another; pure."""

from collections.abc import Iterator
from typing import Any, Final

from services.procedures.differences import Difference, DifferenceKind
from shared.working_time import Calendar

BY_DAY: Final = frozenset({"weekly", "exceptions"})
"""Compared weekday by weekday and day by day."""


def differences(old: Calendar, new: Calendar) -> tuple[Difference, ...]:
    """Every day and rule that differs, as a pointer into the calendar, days in order."""
    before, after = _comparable(old), _comparable(new)
    return tuple(
        difference
        for member in Calendar.model_fields
        for difference in _between(member, before.get(member), after.get(member))
    )


def _comparable(calendar: Calendar) -> dict[str, Any]:
    return calendar.model_dump(mode="json", exclude={"code", "version"}, exclude_none=True)


def _between(member: str, before: Any, after: Any) -> Iterator[Difference]:
    if member not in BY_DAY:
        if before != after:
            yield _told(f"/{member}", before, after)
        return
    for day in sorted(before.keys() | after.keys(), key=str):
        if before.get(day) != after.get(day):
            yield _told(f"/{member}/{day}", before.get(day), after.get(day))


def _told(pointer: str, before: Any, after: Any) -> Difference:
    if before is None:
        kind = DifferenceKind.ADDED
    else:
        kind = DifferenceKind.REMOVED if after is None else DifferenceKind.CHANGED
    return Difference(pointer, kind, before, after)
