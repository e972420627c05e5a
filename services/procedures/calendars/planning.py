"""Works out what a calendar's next version brings: it, whole, and every one derived from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from services.procedures.calendars.content import CalendarContent
from services.procedures.calendars.refusals import refuse_undecided, refuse_unkept, refuse_unusable
from services.procedures.models import CalendarVersion
from shared.errors import Conflict, Unprocessable
from shared.working_time import Calendar

BASES_MAX: Final = 8
"""Calendars above one another: nation, province, commune, and some to spare."""

DERIVED_MAX: Final = 500
"""Calendars that one publication may move along."""

Newest = Mapping[str, CalendarVersion]
"""Every calendar's newest version, by code."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A version to come: what it says, and the whole calendar that follows.

    `base_version` is the base's version it follows from; None for a calendar without a base.
    """

    content: CalendarContent
    calendar: Calendar
    base_version: int | None = None


def plan(newest: Newest, content: CalendarContent) -> list[Planned]:
    """The version asked for, then the next one of each calendar derived from it, bases first.

    Raises Conflict when its number is not the next, Unprocessable when a calendar would not hold.
    """
    refuse_unkept(content)
    present = newest.get(content.code)
    _refuse_out_of_turn(content, present)
    planned = {content.code: _first(newest, content, present)}
    for child in _derived(newest, content.code):
        base = planned[str(child.base)].calendar
        own = CalendarContent.model_validate(child.own).model_copy(
            update={"version": child.version + 1}
        )
        planned[own.code] = Planned(own, _on(base, own), base.version)
    for one in planned.values():
        refuse_unusable(one.calendar)
    return list(planned.values())


def _refuse_out_of_turn(content: CalendarContent, present: CalendarVersion | None) -> None:
    expected = present.version + 1 if present else 1
    if content.version != expected:
        raise Conflict(
            f"Phiên bản tiếp theo của lịch {content.code} là {expected}.",
            code="calendar_version_not_next",
            expected=expected,
        )


def _first(newest: Newest, content: CalendarContent, present: CalendarVersion | None) -> Planned:
    known = _whole(present) if present else None
    if content.base is None:
        refuse_undecided(content, known, base=None)
        return Planned(content, content.whole())
    above = _base(newest, content.code, content.base)
    base = _whole(above)
    refuse_undecided(content, known, base=base)
    return Planned(content, _on(base, content), above.version)


def _base(newest: Newest, code: str, base: str) -> CalendarVersion:
    """Find the base; raises Unprocessable when it is unknown, too deep, or rests on `code`."""
    above: str | None = base
    for _ in range(BASES_MAX):
        if above is None:
            return newest[base]
        if above == code:
            raise Unprocessable(f"Lịch {code} không thể dựa trên chính nó.", code="calendar_cycle")
        if above not in newest:
            raise Unprocessable(f"Chưa có lịch {above} để dựa vào.", code="base_unknown")
        above = newest[above].base
    raise Unprocessable(f"Các lịch dựa lên nhau quá {BASES_MAX} tầng.", code="calendar_too_deep")


def _derived(newest: Newest, code: str) -> Iterator[CalendarVersion]:
    """Every calendar below `code`, each after its base; bases never go round."""
    found = [code]
    for above in found:
        for version in newest.values():
            if version.base == above and version.code != code:
                found.append(version.code)
                yield version
        if len(found) > DERIVED_MAX:
            raise Unprocessable(
                f"Quá {DERIVED_MAX} lịch dựa trên lịch {code}.", code="calendars_too_many"
            )


def _on(base: Calendar, own: CalendarContent) -> Calendar:
    try:
        return own.on(base)
    except ValueError as unfit:
        raise Unprocessable(
            f"Lịch {own.code} không dựng được trên {base.code}: {unfit}",
            code="derived_calendar_unusable",
            calendar=own.code,
        ) from unfit


def _whole(version: CalendarVersion) -> Calendar:
    return Calendar.model_validate(version.definition)
