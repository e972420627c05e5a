"""Counts finished lives by working days, and finds whose limits could be cut."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from services.sla import rules
from services.sla.estimates.cuts import Cut, shortest
from services.sla.models.lives import RESULTS
from shared.working_time import LEGAL_DAY_MINUTES, Limit, LimitUnit

WITHIN: Final = f"""
  from life
 where ended_on between $1 and $2 and {RESULTS} and limit_unit in ('hour', 'working_day')
   and ($3::text[] is null or exists (
        select from unnest($3::text[]) as grants (code)
         where agency = grants.code or starts_with(agency, grants.code || '.')))
"""
COUNT: Final = f"""
select procedure, agency, limit_value, limit_unit, days, sum(lives)::int as lives,
       sum(within)::int as within
  from (select procedure, case when $4 then agency end as agency, limit_value, limit_unit,
               (net_minutes + {LEGAL_DAY_MINUTES - 1}) / {LEGAL_DAY_MINUTES} as days,
               count(*) as lives,
               count(*) filter (where net_minutes <= limit_value * case limit_unit
                   when 'hour' then 60 else {LEGAL_DAY_MINUTES} end) as within
        {WITHIN}
         group by 1, 2, 3, 4, 5) as counted
 group by procedure, agency, limit_value, limit_unit, days
 order by procedure, agency, limit_value, limit_unit, days
"""  # noqa: S608 (only constants)
NAMES: Final = """
select distinct on (code) code, name from procedure_copy
 where code = any($1::text[]) order by code, version desc
"""
LATE: Final = f"""
select dossier, code, agency, accepted_at, ended_at, net_minutes, waited_minutes
  {WITHIN}
   and procedure = $4 and limit_value = $5 and limit_unit = $6 and net_minutes > $7
   and ($8::uuid is null or dossier > $8)
 order by dossier limit $9
"""


class Period(NamedTuple):
    """The days on which the lives ended, both in it, and by whom; `agencies` None is everywhere."""

    first: date
    last: date
    agencies: Sequence[str] | None


class Candidate(NamedTuple):
    """A limit that could be shorter, with the evidence."""

    procedure: str
    name: str | None
    agency: str | None
    limit_value: Decimal
    limit_unit: str
    histogram: dict[int, int]
    within: int
    """Lives that kept the limit as it is."""
    cut: Cut

    @property
    def lives(self) -> int:
        """How many lives the evidence is of."""
        return sum(self.histogram.values())


async def candidates(
    connection: asyncpg.Connection, period: Period, *, by_agency: bool
) -> list[Candidate]:
    """Limits of working time that could be cut, those that save most days first.

    A procedure's different limits are counted apart; limits of calendar days are left out.
    """
    rows = await connection.fetch(COUNT, *period, by_agency)
    found = []
    for key, group in groupby(rows, key=_limit_of):
        candidate = _candidate(key, list(group), period.last)
        if candidate is not None:
            found.append(candidate)
    names = dict(await connection.fetch(NAMES, [one.procedure for one in found]))
    named = [one._replace(name=names.get(one.procedure)) for one in found]
    return sorted(named, key=lambda one: -one.lives * one.cut.days_less)


def _limit_of(row: asyncpg.Record) -> tuple[Any, ...]:
    return row["procedure"], row["agency"], row["limit_value"], row["limit_unit"]


def _candidate(key: tuple[Any, ...], rows: list[asyncpg.Record], on: date) -> Candidate | None:
    procedure, agency, value, unit = key
    histogram = {row["days"]: row["lives"] for row in rows}
    if sum(histogram.values()) < rules.value("limit_cut_lives_min", on):
        return None
    limit = Limit(value, LimitUnit(unit))
    cut = shortest(histogram, limit.minutes, rules.value("limit_cut_on_time_percent", on))
    if cut is None:
        return None
    within = sum(row["within"] for row in rows)
    return Candidate(procedure, None, agency, value, unit, histogram, within, cut)


async def would_be_late(
    connection: asyncpg.Connection,
    period: Period,
    limit: tuple[str, Decimal, str],
    days: int,
    *,
    after: UUID | None,
    limit_rows: int,
) -> list[asyncpg.Record]:
    """A page of the lives of a procedure and limit that took longer than so many days."""
    minutes = days * LEGAL_DAY_MINUTES
    rows: list[asyncpg.Record] = await connection.fetch(
        LATE, *period, *limit, minutes, after, limit_rows
    )
    return rows
