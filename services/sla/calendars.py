"""Compiled calendars from the copies: every version that a clock may be counted by."""

from collections.abc import Iterable
from functools import lru_cache

import asyncpg

from shared.delivery import NotYet
from shared.working_time import Calendar, WorkingTime

Version = tuple[str, int]
"""A calendar's code and version."""

WorkingTimes = dict[Version, WorkingTime]
COMPILED_MAX = 256

SELECT = """
select code, version, definition::text as definition
  from calendar_copy
  join unnest($1::text[], $2::int[]) as wanted (code, version) using (code, version)
"""


@lru_cache(maxsize=COMPILED_MAX)
def compiled(definition: str) -> WorkingTime:
    """Lay a published calendar out for counting."""
    return WorkingTime(Calendar.model_validate_json(definition))


async def load(connection: asyncpg.Connection, versions: Iterable[Version]) -> WorkingTimes:
    """Get the calendar versions asked for; raises NotYet for one that was not told so far."""
    wanted = sorted(set(versions))
    if not wanted:
        return {}
    rows = await connection.fetch(SELECT, *map(list, zip(*wanted, strict=True)))
    found = {(row["code"], row["version"]): compiled(row["definition"]) for row in rows}
    for version in wanted:
        if version not in found:
            raise NotYet(f"calendar {version[0]} version {version[1]}")
    return found
