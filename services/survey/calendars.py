"""The working calendar that an agency's time is counted by, from the copies."""

from functools import lru_cache

import asyncpg

from shared.errors import Unavailable
from shared.working_time import Calendar, WorkingTime

COMPILED_MAX = 64

OF_AGENCY = """
    select c.code, c.version, c.definition::text as definition
    from calendar_copy c
    where c.code = coalesce(
        (select a.calendar from agency_copy a
          where a.code = any($1::text[]) and a.calendar is not null
          order by length(a.code) desc limit 1),
        $2)
    order by c.version desc limit 1
"""


@lru_cache(maxsize=COMPILED_MAX)
def _compiled(definition: str) -> WorkingTime:
    return WorkingTime(Calendar.model_validate_json(definition))


async def of_agency(connection: asyncpg.Connection, agency: str, default: str) -> WorkingTime:
    """Working time of the agency, or of the nearest one above that says; raises Unavailable."""
    parts = agency.split(".")
    above = [".".join(parts[: length + 1]) for length in range(len(parts))]
    row = await connection.fetchrow(OF_AGENCY, above, default)
    if row is None:
        raise Unavailable("Lịch làm việc chưa được đồng bộ; hãy thử lại sau giây lát.")
    return _compiled(row["definition"])
