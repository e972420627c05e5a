"""Counts who was late with and without a letter, and errors whose letter was received."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import asyncpg

# Who was late in the period: decided late in it, or open past the due at its end. A clock that
# nothing moved since then stands as it did; what the others were is told by their ledger, so that
# a past period never changes.
LATE: Final = """
with late as (
    select dossier, agency, due_at from clock
     where counted and last_on <= $2
       and ((phase = 'ended' and verdict = 'late' and last_on >= $1)
            or (phase = 'running' and due_on < $2))
    union all
    select stood.dossier, stood.agency, stood.due_at
      from clock
      cross join lateral (
          select * from ledger
           where ledger.dossier = clock.dossier and ledger.on_day <= $2
           order by ledger.place desc limit 1
      ) as stood
     where clock.counted and clock.last_on > $2
       and ((stood.stand = 'ended' and stood.verdict = 'late' and stood.on_day >= $1)
            or (stood.stand = 'running' and $2 > (
                case when clock.adjusted then coalesce(stood.promised_at, stood.due_at)
                     else stood.due_at end at time zone 'Asia/Ho_Chi_Minh')::date))
), told as (
    select late.agency, late.due_at, apology.approved_at
      from late
      left join apology
        on apology.dossier = late.dossier and apology.kind = 'overdue'
       and apology.number is not null and apology.voided_at is null
       and (apology.approved_at at time zone 'Asia/Ho_Chi_Minh')::date <= $2
)
select agency, count(*)::int as late,
       count(*) filter (where approved_at <= due_at)::int as before_due,
       count(*) filter (where approved_at > due_at)::int as after_due,
       count(*) filter (where approved_at is null)::int as without
  from told
 where {scope}
 group by agency order by agency limit {limit}
"""
# Tân Hồng's second target: every error has a letter that was received.
ERRORS: Final = """
select incident.agency, count(*)::int as errors, count(apology.number)::int as letters,
       count(apology.delivered_at)::int as delivered
  from incident
  left join apology on apology.incident = incident.id and apology.state <> 'dropped'
 where incident.found_on between $1 and $2 and {scope}
 group by incident.agency order by incident.agency limit {limit}
"""
SCOPE: Final = """
exists (select from unnest($3::text[]) as grants (code)
         where grants.code in ('*', agency) or starts_with(agency, grants.code || '.'))
"""
ROWS_MAX: Final = 20_000


async def late(
    connection: asyncpg.Connection, agencies: Sequence[str], first: date, last: date
) -> Sequence[Any]:
    """Late dossiers of a period by agency: letter signed before the due, after it, or never.

    The last day must have come, or what is not late yet would be counted.
    """
    rows: Sequence[Any] = await connection.fetch(
        LATE.format(scope=SCOPE, limit=ROWS_MAX), first, last, list(agencies)
    )
    return rows


async def errors(
    connection: asyncpg.Connection, agencies: Sequence[str], first: date, last: date
) -> Sequence[Any]:
    """Errors found in a period by agency: how many have a letter, how many a received one."""
    scope = SCOPE.replace("agency", "incident.agency")
    rows: Sequence[Any] = await connection.fetch(
        ERRORS.format(scope=scope, limit=ROWS_MAX), first, last, list(agencies)
    )
    return rows
