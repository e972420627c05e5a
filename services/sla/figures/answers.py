"""Sums the points that people gave in surveys, by month and agency; no answer stands alone."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, cast

import asyncpg

from services.sla.figures.scope import Scope
from services.sla.months import month_of
from shared.events import Envelope, Event, SurveyAnswered
from shared.working_time import business_date

ADD: Final = """
insert into survey_points (month, agency, index, points, answers)
select * from unnest($1::date[], $2::text[], $3::text[], $4::numeric[], $5::int[])
       as told (month, agency, index, points, answers)
 order by month, agency, index
on conflict (month, agency, index) do update set
    points = survey_points.points + excluded.points,
    answers = survey_points.answers + excluded.answers
"""
# Answers are known to their month: a period counts the months that begin within it.
COUNT: Final = """
select agency, index, sum(points) as points, sum(answers)::int as answers
  from survey_points
 where month between date_trunc('month', $1::date) and $2
   and ($3::text[] is null or exists (
        select from unnest($3::text[]) as grants (code)
         where agency = grants.code or starts_with(agency, grants.code || '.')))
 group by agency, index
"""
POINT_PARTS: Final = 100
"""Points are summed as whole hundredths."""


async def keep(connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]) -> None:
    """Add what a batch told: one statement."""
    sums: dict[tuple[object, str, str], list[Decimal]] = {}
    for envelope in envelopes:
        fact = cast(SurveyAnswered, envelope.data)
        month = month_of(business_date(fact.answered_at))
        for index, given in fact.indices.items():
            sums.setdefault((month, envelope.agency, index), []).append(given)
    if not sums:
        return
    months, agencies, indices = map(list, zip(*sums, strict=True))
    points = [sum(told, Decimal(0)) for told in sums.values()]
    await connection.execute(ADD, months, agencies, indices, points, list(map(len, sums.values())))


async def count(connection: asyncpg.Connection, scope: Scope) -> dict[str, dict[str, int]]:
    """Count points (in hundredths) and answers by agency: `3` and `3_of` for index 3."""
    rows = await connection.fetch(COUNT, scope.first, scope.last, scope.agencies)
    counted: dict[str, dict[str, int]] = {}
    for row in rows:
        numbers = counted.setdefault(row["agency"], {})
        numbers[row["index"]] = int(row["points"] * POINT_PARTS)
        numbers[f"{row['index']}_of"] = row["answers"]
    return counted
