"""Counts what is overdue or soon due (không để quá hạn, tồn đọng), by agency and by who has it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import asyncpg

from services.sla import calendars
from services.sla.alarms.places import within
from shared.working_time import OutOfRange, business_date

GROUPS_MAX: Final = 5000
"""Every agency of the nation once, or the officers of a province."""

NEWEST: Final = "select code, max(version) as version from calendar_copy group by code"


class By(StrEnum):
    """Whose backlog a row is."""

    AGENCY = "agency"
    UNIT = "unit"
    OFFICER = "officer"


GROUPS: Final = {
    By.AGENCY: "agency",
    By.UNIT: "agency, unit",
    By.OFFICER: "agency, unit, officer",
}
# A dossier stands in one class only: overdue by date as in II.06a, due today, soon, or later.
COUNT: Final = """
select {groups}, count(*) as open,
       count(*) filter (where running and due_on < $1) as overdue,
       count(*) filter (where running and due_on = $1) as due_today,
       count(*) filter (where running and due_on > $1 and due_at <= until) as due_soon,
       count(*) filter (where not running) as waiting,
       count(*) filter (where running and due_on is null) as no_due_date,
       min(due_at) filter (where running) as first_due_at
  from (select clock.agency, clock.phase = 'running' as running, clock.due_on, clock.due_at,
               horizon.until{holder}
          from clock
          left join unnest($2::text[], $3::timestamptz[]) as horizon (calendar, until)
            using (calendar){life}
         where clock.phase <> 'ended' and {scope}) as watched
 group by {groups}
 order by overdue desc, due_today desc, due_soon desc, {groups} limit {limit}
"""


async def count(
    connection: asyncpg.Connection,
    agencies: Sequence[str] | None,
    by: By,
    within_minutes: int,
    now: datetime,
) -> Sequence[Any]:
    """Count open clocks by class, the worst first; `agencies` None is everywhere.

    Soon is within so many working minutes of each dossier's own calendar.
    """
    versions = {(row["code"], row["version"]) for row in await connection.fetch(NEWEST)}
    codes, untils = [], []
    for (code, _), working_time in (await calendars.load(connection, versions)).items():
        try:
            until = working_time.add(now, within_minutes)
        except OutOfRange:
            continue
        codes.append(code)
        untils.append(until)
    statement = COUNT.format(
        groups=GROUPS[by],
        holder="" if by is By.AGENCY else ", life.unit, life.officer",
        life="" if by is By.AGENCY else " left join life using (dossier)",
        scope="true" if agencies is None else within("clock.agency", 4, agencies),
        limit=GROUPS_MAX,
    )
    rows: list[Any] = await connection.fetch(
        statement, business_date(now), codes, untils, *(agencies or ())
    )
    return rows
