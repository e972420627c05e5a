"""Compiled calendars from the copies: every version that a clock may be counted by."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

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


NEWEST: Final = """
select code, published, recalculated, coalesce(later_only, true) as later_only, ground
  from (select code, max(version) as published from calendar_copy
         where code = any($1::text[]) group by code) as known
  left join lateral (
    select calendar_version as recalculated, later_only, ground from recalculation
     where calendar = code order by calendar_version desc limit 1) as applied on true
"""


class Newest(NamedTuple):
    """A calendar's last version, and the last one by which open clocks were recalculated."""

    published: int
    recalculated: int | None
    later_only: bool
    ground: str | None


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


async def newest(connection: asyncpg.Connection, codes: Iterable[str]) -> dict[str, Newest]:
    """Tell the newest versions of calendars, as far as they were told."""
    rows = await connection.fetch(NEWEST, sorted(set(codes)))
    return {row["code"]: Newest(*tuple(row)[1:]) for row in rows}


def versions(newest: Mapping[str, Newest]) -> set[Version]:
    """The versions that newest ones name."""
    published = {(code, one.published) for code, one in newest.items()}
    applied = {(code, one.recalculated) for code, one in newest.items() if one.recalculated}
    return published | applied
