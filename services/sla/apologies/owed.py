"""Dossiers that will not be ready in time, or are late, and have no signed letter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.sla.apologies import horizon
from services.sla.apologies.desk import SCOPE, Desk
from shared import paging

# Half of the time must be over, or a matter of one day would owe a letter on its first morning.
OWED: Final = """
  from clock
  join unnest($1::text[], $2::int[], $3::date[]) as horizon (calendar, version, last_on)
    on (horizon.calendar, horizon.version) = (clock.calendar, clock.calendar_version)
  left join apology
    on apology.dossier = clock.dossier and apology.kind = 'overdue'
   and apology.state in ('draft', 'submitted')
 where clock.phase = 'running' and clock.counted and not clock.reappointed
   and clock.due_at < ($4::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh'
   and clock.due_on <= horizon.last_on
   and clock.began_at + (clock.due_at - clock.began_at) / 2 <= $5
   and not exists (select from apology as signed
                    where signed.dossier = clock.dossier and signed.kind = 'overdue'
                      and signed.number is not null)
"""
IN_SCOPE: Final = " and " + SCOPE.format(grants="$6", table="clock")
LIST: Final = f"""
select clock.dossier, clock.code, clock.agency, clock.procedure, clock.due_at, clock.promised_at,
       clock.due_at <= $5 as late, apology.id as apology, apology.state
{OWED} {IN_SCOPE}
   and ($7::timestamptz is null or (clock.due_at, clock.dossier) > ($7, $8))
 order by clock.due_at, clock.dossier limit $9
"""
COUNT: Final = f"""
select clock.agency, count(*)::int as owed,
       count(*) filter (where clock.due_at <= $5)::int as late,
       count(*) filter (where apology.state = 'draft')::int as drafts,
       count(*) filter (where apology.state = 'submitted')::int as submitted
{OWED} {IN_SCOPE}
 group by clock.agency order by late desc, owed desc, clock.agency limit $7
"""
AGENCIES_MAX: Final = 2000


async def list_owed(
    connection: asyncpg.Connection,
    desk: Desk,
    agency: str | None,
    *,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Any], str | None]:
    """One page, the nearest due first, and its next cursor; raises NotFound."""
    past_at, past = (None, None) if after is None else _past(after)
    parameters = await _parameters(connection, desk, agency)
    found = await connection.fetch(LIST, *parameters, past_at, past, limit + 1)
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    return page, paging.encode(page[-1]["due_at"].isoformat(), str(page[-1]["dossier"]))


async def count_owed(
    connection: asyncpg.Connection, desk: Desk, agency: str | None
) -> Sequence[Any]:
    """How many by agency, those with the most late ones first; raises NotFound."""
    parameters = await _parameters(connection, desk, agency)
    rows: Sequence[Any] = await connection.fetch(COUNT, *parameters, AGENCIES_MAX)
    return rows


async def _parameters(
    connection: asyncpg.Connection, desk: Desk, agency: str | None
) -> tuple[Any, ...]:
    agencies = desk.within(agency)
    near = await horizon.today(connection, desk.now)
    return (*near.columns, near.last, desk.now, agencies)


def _past(cursor: str) -> tuple[datetime, UUID]:
    due_at, dossier = paging.decode_texts(cursor, 2)
    try:
        return datetime.fromisoformat(due_at), UUID(dossier)
    except ValueError as broken:
        raise paging.unreadable() from broken
