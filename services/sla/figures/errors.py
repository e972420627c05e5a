"""Counts what troubled people, and how much of it had a letter of apology that reached them."""

from collections import Counter
from typing import Final

import asyncpg

from services.sla.figures.scope import Scope

IN_SUBTREE: Final = """
   ($3::text[] is null or exists (
    select from unnest($3::text[]) as grants (code)
     where agency = grants.code or starts_with(agency, grants.code || '.')))
"""
# A dossier is late from the day after its due: that is the day on which it belongs to a period.
LATE: Final = f"""
select agency, count(*) as troubled,
       count(*) filter (where exists (
           select from apology where apology.dossier = life.dossier
              and apology.kind = 'overdue' and apology.delivered_at < $5)) as received
  from life
 where counted
   and (verdict = 'late' and due_on >= $1::date - 1 and due_on < $2::date
        or ended_on is null and exists (
            select from clock
             where clock.dossier = life.dossier
               and (clock.due_at at time zone 'Asia/Ho_Chi_Minh')::date >= $1::date - 1
               and (clock.due_at at time zone 'Asia/Ho_Chi_Minh')::date < least($2::date, $6)))
   and (cardinality($4::text[]) = 0 or level = any($4::text[])) and {IN_SUBTREE}
 group by agency
"""  # noqa: S608 (only constants)
INCIDENTS: Final = f"""
select agency, count(*) as troubled,
       count(*) filter (where exists (
           select from apology where apology.incident = incident.id
              and apology.delivered_at < $4)) as received
  from incident
 where found_on between $1 and $2 and {IN_SUBTREE}
 group by agency
"""  # noqa: S608 (only constants)


async def count(connection: asyncpg.Connection, scope: Scope) -> dict[str, Counter[str]]:
    """Count errors and dossiers grown late (`troubled`), and letters received (`received`).

    A letter counts whenever it was received up to now: also after the period.
    """
    period = scope.first, scope.last, scope.agencies
    today = scope.until.date()
    late = await connection.fetch(LATE, *period, list(scope.levels), scope.now, today)
    incidents = await connection.fetch(INCIDENTS, *period, scope.now)
    counted: dict[str, Counter[str]] = {}
    for row in (*late, *incidents):
        numbers = counted.setdefault(row["agency"], Counter())
        numbers.update(troubled=row["troubled"], received=row["received"])
    return counted
