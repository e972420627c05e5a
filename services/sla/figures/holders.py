"""Counts how the stays of dossiers with each agency, co-operating ones too, kept their limits."""

from typing import Final

import asyncpg

from services.sla.entries import End
from services.sla.figures.scope import Scope
from services.sla.verdicts import Verdict

JUDGED: Final = [Verdict.EARLY, Verdict.ON_TIME, Verdict.LATE]
RESULTS: Final = [end.value for end in End if end.is_result]
# Two points where every stay was shorter than its limit, none where any was longer.
COUNT: Final = """
select agency, count(*) as dossiers,
       sum(case when any_late then 0 when all_early then 2 else 1 end)::int as points
  from (select life.agency, bool_or(stay.verdict = 'late') as any_late,
               bool_and(stay.verdict = 'early') as all_early
          from life join stay on stay.dossier = life.dossier and stay.verdict = any($4::text[])
         where life.ended_on between $1 and $2 and life.counted and life.outcome = any($5::text[])
           and ($3::text[] is null or exists (
                select from unnest($3::text[]) as grants (code)
                 where life.agency = grants.code or starts_with(life.agency, grants.code || '.')))
         group by life.dossier, life.agency) as dossier
 group by agency
"""


async def count(connection: asyncpg.Connection, scope: Scope) -> dict[str, dict[str, int]]:
    """Points and dossiers with a result, by deciding agency; dossiers without stays have none."""
    rows = await connection.fetch(COUNT, scope.first, scope.last, scope.agencies, JUDGED, RESULTS)
    return {row["agency"]: {"points": row["points"], "dossiers": row["dossiers"]} for row in rows}
