"""Until which day's dues letters are owed today, by calendar."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

import asyncpg

from services.sla import calendars, rules
from services.sla.calendars import Version
from shared.working_time import OutOfRange, WorkingTime, business_date

PARAMETER: Final = "apology_working_days_before_due"
DAYS_WALKED_MAX: Final = 60
"""No calendar rests longer between two working days."""

VERSIONS: Final = "select code, version from calendar_copy"


def last_due_on(working_time: WorkingTime, today: date, working_days: int) -> date:
    """Tell the last day whose dues are so near that their letters are due today or before.

    A letter is due at the latest so many working days before the day of the due (D61 19(9)).
    """
    day = today
    left = working_days
    for _ in range(DAYS_WALKED_MAX):
        if left == 0:
            return day
        day += timedelta(days=1)
        try:
            left -= working_time.is_working_day(day)
        except OutOfRange:
            return day
    return day


class Horizon:
    """The last day of every calendar version, as the columns that a statement takes."""

    def __init__(self, days: Iterable[tuple[Version, date]]) -> None:
        rows = [(code, version, day) for (code, version), day in days]
        self.columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]

    @property
    def last(self) -> date:
        """The latest of these days, by which an index is searched."""
        return max(self.columns[2], default=date.min)


async def today(connection: asyncpg.Connection, now: datetime) -> Horizon:
    """Count the days of all calendars that were told."""
    versions = [(row["code"], row["version"]) for row in await connection.fetch(VERSIONS)]
    times = await calendars.load(connection, versions)
    on = business_date(now)
    working_days: int = rules.value(PARAMETER, on)
    return Horizon(
        (version, last_due_on(working_time, on, working_days))
        for version, working_time in times.items()
    )
