"""How moments are written for people: RFC 3339 in Vietnam's time, which has no summer time."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, PlainSerializer

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


LocalDateTime = Annotated[
    AwareDatetime,
    AfterValidator(to_vietnam),
    PlainSerializer(to_text, return_type=str, when_used="json"),
]
"""A moment in a request or an answer: any offset comes in, +07:00 goes out, none is refused."""
