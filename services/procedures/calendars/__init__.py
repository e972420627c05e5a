"""Working calendars (lịch làm việc): whole ones, and ones that say how they differ from a base."""

from services.procedures.calendars.content import CalendarContent
from services.procedures.calendars.differences import differences
from services.procedures.calendars.planning import Planned, plan
from services.procedures.calendars.publishing import publish
from services.procedures.calendars.reading import (
    find_version,
    get_newest,
    get_version,
    list_newest,
    newest_versions,
)

__all__ = [
    "CalendarContent",
    "Planned",
    "differences",
    "find_version",
    "get_newest",
    "get_version",
    "list_newest",
    "newest_versions",
    "plan",
    "publish",
]
