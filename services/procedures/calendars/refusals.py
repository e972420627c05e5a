"""What no calendar may be published with; pure."""

from typing import Final

from services.procedures.calendars.content import CalendarContent
from shared.errors import FieldError, Unprocessable
from shared.working_time import Calendar, WorkingTime, WorkingTimeError

NULL_CHARACTER: Final = "\\u0000"
"""Valid in JSON, refused by PostgreSQL's jsonb."""


def refuse_unkept(content: CalendarContent) -> None:
    """Refuse text that the database does not take; raises Unprocessable."""
    if NULL_CHARACTER in content.model_dump_json():
        raise Unprocessable("Lịch chứa ký tự điều khiển.", code="control_character")


def refuse_unusable(calendar: Calendar) -> None:
    """Refuse a calendar by which nothing can be counted; raises Unprocessable."""
    try:
        WorkingTime(calendar)
    except WorkingTimeError as unusable:
        raise Unprocessable(str(unusable), code=unusable.code) from unusable


def refuse_undecided(
    content: CalendarContent, present: Calendar | None, *, base: Calendar | None
) -> None:
    """Refuse a day that is new and names no decision, or that is not the base's to take away."""
    known = {**(base.exceptions if base else {}), **(present.exceptions if present else {})}
    wrong = [
        FieldError(
            pointer=f"/body/exceptions/{day}/source",
            detail=f"Ngày {day:%d/%m/%Y} phải nêu văn bản quyết định (source).",
            code="exception_without_source",
        )
        for day, it in content.exceptions.items()
        if it.source is None and known.get(day) != it
    ] + [
        FieldError(
            pointer=f"/body/without/{day}",
            detail=f"Ngày {day:%d/%m/%Y} không phải ngày ngoại lệ của lịch gốc.",
            code="exception_not_in_base",
        )
        for day in content.without
        if base is not None and day not in base.exceptions
    ]
    if wrong:
        raise Unprocessable(wrong[0].detail, code=wrong[0].code, errors=wrong)
