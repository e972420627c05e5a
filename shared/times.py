"""How moments are written for people: RFC 3339 in Vietnam's time, which has no summer time."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, PlainSerializer

from shared.working_time import VIETNAM_TIME


def to_vietnam(moment: datetime) -> datetime:
    """The same moment on a Vietnamese clock; raises ValueError beyond the calendar's years."""
    try:
        return moment.astimezone(VIETNAM_TIME)
    except OverflowError as beyond:
        raise ValueError("Thời điểm nằm ngoài lịch.") from beyond


def to_text(moment: datetime) -> str:
    """Write a moment as `2026-03-02T08:00:00+07:00`, seconds and all."""
    return to_vietnam(moment).isoformat()


WRITTEN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


def _written(value: Any) -> Any:
    """Let through what is written as RFC 3339; a bare number would be seconds since 1970."""
    if isinstance(value, int | float) or (
        isinstance(value, str) and not WRITTEN_DAY.match(value.strip())
    ):
        raise ValueError("Ngày giờ viết theo RFC 3339, như 2026-03-02 hoặc 2026-03-02T08:00:00Z.")
    return value


Day = Annotated[date, BeforeValidator(_written)]
"""A business day in a request, as `2026-03-02`."""

LocalDateTime = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    AfterValidator(to_vietnam),
    PlainSerializer(to_text, return_type=str, when_used="json"),
]
"""A moment in a request or an answer: any offset comes in, +07:00 goes out, none is refused."""
