"""Whose hands a dossier went through, and how units and officers keep their limits (D61 19(7))."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg

from services.sla.watching import grants_of
from shared.errors import NotFound, Unprocessable
from shared.identity import Principal

PERIOD_DAYS_MAX: Final = 3660
ROWS_MAX: Final = 5000

OF_DOSSIER: Final = "select * from stay where dossier = $1 order by number"


class HolderGroup(StrEnum):
    """What the rows tell apart."""

    AGENCY = "agency"
    UNIT = "unit"
    OFFICER = "officer"


_KEYS: Final = {
    HolderGroup.AGENCY: "agency, null::text as unit, null::text as officer",
    HolderGroup.UNIT: "agency, unit, null::text as officer",
    HolderGroup.OFFICER: "agency, unit, officer",
}
# What lay with the giver until it was confirmed is the giver's time.
_COUNT: Final = """
with scoped as (
    select * from stay
     where exists (select from unnest($1::text[]) as grants (code)
                    where grants.code in ('*', agency) or starts_with(agency, grants.code || '.'))
       and (ended_on between $2 and $3 or ended_at is null)
)
select {keys},
       count(*) filter (where ended_on is not null and outcome <> 'dropped') as ended,
       count(*) filter (where verdict = 'early') as early,
       count(*) filter (where verdict = 'on_time') as on_time,
       count(*) filter (where verdict = 'late') as late,
       count(*) filter (where ended_at is null) as open,
       count(*) filter (where ended_at is null and due_at < $4) as open_late,
       coalesce(sum(spent_minutes), 0)::bigint as spent_minutes,
       coalesce(sum(transit_minutes), 0)::bigint as transit_minutes
  from scoped
 group by 1, 2, 3
 order by 1, 2 nulls first, 3 nulls first
 limit $5
"""


async def of_dossier(connection: asyncpg.Connection, dossier: UUID) -> Sequence[asyncpg.Record]:
    """Every stay of a dossier, in order."""
    rows: Sequence[asyncpg.Record] = await connection.fetch(OF_DOSSIER, dossier)
    return rows


async def count(
    connection: asyncpg.Connection,
    principal: Principal,
    group: HolderGroup,
    *,
    agency: str | None,
    first: date,
    last: date,
    now: datetime,
) -> Sequence[asyncpg.Record]:
    """Stays that ended in a period, both days in it, and those open now.

    Raises NotFound for a foreign agency, Unprocessable for a period without a bound.
    """
    if not 0 <= (last - first).days < PERIOD_DAYS_MAX:
        raise Unprocessable("Kỳ báo cáo không hợp lệ hoặc quá dài.", code="period_invalid")
    if agency is not None and not principal.covers(agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    grants = grants_of(principal) if agency is None else [agency]
    statement = _COUNT.format(keys=_KEYS[group])
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        statement, grants, first, last, now, ROWS_MAX
    )
    return rows
