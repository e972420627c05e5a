"""Facts about calendars that are only being considered, told by procedures."""

from datetime import datetime
from typing import Any, ClassVar

from shared.events.envelope import Event


class CalendarPreviewed(Event):
    """Somebody asks what a next version of a calendar would move; nobody counts by it.

    One fact per calendar of the preview: the one considered and each derived from it, all named
    in `calendars`.
    """

    type: ClassVar = "calendar.previewed.v1"

    preview: str
    code: str
    version: int
    definition: dict[str, Any]
    calendars: tuple[str, ...]
    previewed_at: datetime
