"""Reads signals: how many by agency beside what was resolved, and the dossiers behind each."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from services.sla import rules
from services.sla.models.lives import RESULTS
from services.sla.signals.definitions import SIGNALS, Code, Signal

NOTICED: Final = """
select dossier, place, agency, at, due_at, earlier from signal
 where code = '{code}'
   and at >= ($1::date::timestamp at time zone 'Asia/Ho_Chi_Minh')
   and at < (($2::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh')
   and $4::int is null and $5::timestamptz is not null
"""
# A result is one of many when some hour that it lies in holds so many; an hour may reach over
# the edge of the period.
IN_BULK: Final = f"""
select dossier, place, agency, at, due_at, earlier
  from (
    select *, max(before) over (partition by agency order by at
                                range between current row and '1 hour' following) as most
      from (
        select *, count(*) over (partition by agency order by at
                                 range between '1 hour' preceding and current row) as before
          from signal
         where code = '{Code.BULK_RESULTS}' and $5::timestamptz is not null
           and at >= ($1::date::timestamp at time zone 'Asia/Ho_Chi_Minh') - interval '1 hour'
           and at < (($2::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh')
                    + interval '1 hour'
      ) as hours
  ) as bulks
 where most >= $4::int and (at at time zone 'Asia/Ho_Chi_Minh')::date between $1 and $2
"""  # noqa: S608 (only constants)
UNRETURNED: Final = f"""
select dossier, 0 as place, agency, ended_at as at, null::timestamptz as due_at,
       null::uuid as earlier
  from life
 where ended_on between $1 and $2 and {RESULTS}
   and coalesce(returned_at, $5::timestamptz) > ended_at + $4::int * interval '1 day'
"""  # noqa: S608 (only constants)
FOUND: Final = {
    Code.DUE_MOVED: NOTICED.format(code=Code.DUE_MOVED),
    Code.SUPPLEMENT: NOTICED.format(code=Code.SUPPLEMENT),
    Code.REFILED: NOTICED.format(code=Code.REFILED),
    Code.BULK_RESULTS: IN_BULK,
    Code.UNRETURNED: UNRETURNED,
}
"""Days $1 to $2, the threshold $4 and the present moment $5."""

SCOPE: Final = """
($3::text[] is null or exists (
    select from unnest($3::text[]) as grants (code)
     where {agency} = grants.code or starts_with({agency}, grants.code || '.')))
"""
COUNT: Final = """
select agency, count(distinct dossier)::int as found
  from ({found}) as found where {scope} group by agency
"""
RESOLVED: Final = f"""
select agency, count(*)::int as resolved from life
 where ended_on between $1 and $2 and {RESULTS} and {SCOPE.format(agency="agency")}
 group by agency
"""  # noqa: S608 (only constants)
LIST: Final = """
select dossier, life.code, found.agency, life.procedure, at,
       coalesce(found.due_at, clock.due_at) as due_at, life.ended_at,
       life.returned_at, earlier, place
  from ({found}) as found join life using (dossier) join clock using (dossier)
 where {scope}
   and ($6::timestamptz is null or (at, dossier, place) > ($6, $7::uuid, $8::int))
 order by at, dossier, place limit $9
"""


class Asked(NamedTuple):
    """A period, both days in it, and whose dossiers; `agencies` None is everywhere."""

    first: date
    last: date
    agencies: Sequence[str] | None
    now: datetime


class Place(NamedTuple):
    """Where a page of a list ended."""

    at: datetime
    dossier: UUID
    place: int


class Counted(NamedTuple):
    """How many dossiers a signal found, by agency, and how many results there were."""

    signal: Signal
    threshold: int | None
    by_agency: dict[str, tuple[int, int]]

    @property
    def found(self) -> int:
        """All that was found."""
        return sum(found for found, _ in self.by_agency.values())

    @property
    def resolved(self) -> int:
        """All results of the agencies within the scope."""
        return sum(resolved for _, resolved in self.by_agency.values())


async def count(connection: asyncpg.Connection, asked: Asked) -> list[Counted]:
    """Count every signal by agency: a statement for each, and one for what they are set against."""
    given = asked.first, asked.last, asked.agencies
    resolved = dict(await connection.fetch(RESOLVED, *given))
    scope = SCOPE.format(agency="found.agency")
    counted = []
    for signal in SIGNALS:
        threshold = threshold_of(signal, asked.last)
        statement = COUNT.format(found=FOUND[signal.code], scope=scope)
        found = dict(await connection.fetch(statement, *given, threshold, asked.now))
        agencies = sorted(found.keys() | resolved.keys())
        sums = {one: (found.get(one, 0), resolved.get(one, 0)) for one in agencies}
        counted.append(Counted(signal, threshold, sums))
    return counted


async def list_dossiers(
    connection: asyncpg.Connection, signal: Signal, asked: Asked, after: Place | None, limit: int
) -> list[asyncpg.Record]:
    """A page of what a signal found, in the order of time."""
    scope = SCOPE.format(agency="found.agency")
    statement = LIST.format(found=FOUND[signal.code], scope=scope)
    past: Sequence[Any] = (None, None, None) if after is None else after
    threshold = threshold_of(signal, asked.last)
    rows: list[asyncpg.Record] = await connection.fetch(
        statement, asked.first, asked.last, asked.agencies, threshold, asked.now, *past, limit
    )
    return rows


def threshold_of(signal: Signal, on: date) -> int | None:
    """A signal's threshold as it holds on a day; None for one that needs none."""
    return None if signal.parameter is None else rules.value(signal.parameter, on)
