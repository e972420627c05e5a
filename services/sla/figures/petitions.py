"""Keeps petitions as survey tells them, and counts how they were handled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import asyncpg

from services.sla.figures.scope import Scope
from shared.events import (
    Envelope,
    Event,
    PetitionKind,
    PetitionOverdue,
    PetitionRated,
    PetitionReceived,
    PetitionRefused,
    PetitionResolved,
    PetitionTransferred,
)
from shared.working_time import business_date

HEARD: Final = (
    PetitionReceived,
    PetitionTransferred,
    PetitionRefused,
    PetitionResolved,
    PetitionOverdue,
    PetitionRated,
)
COLUMNS: Final = "id, agency, kind, received_on, ended_on, late, refused, proved, satisfied"
KNOWN: Final = f"select {COLUMNS} from petition_copy where id = any($1::uuid[])"  # noqa: S608 (only constants)
KEEP: Final = f"""
insert into petition_copy ({COLUMNS})
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::date[], $6::boolean[],
                     $7::boolean[], $8::boolean[], $9::boolean[]) as told ({COLUMNS})
 order by id
on conflict (id) do update set
    agency = excluded.agency, ended_on = excluded.ended_on, late = excluded.late,
    refused = excluded.refused, proved = excluded.proved, satisfied = excluded.satisfied
"""  # noqa: S608 (only constants)
COUNTED_NAMES: Final = (
    *("answered", "answered_on_time", "dragging", "rated", "satisfied", "complaints"),
)
# Answered within the period, or open at its end and overdue: dragging (dây dưa, kéo dài).
COUNT: Final = """
select agency,
       count(*) filter (where answered) as answered,
       count(*) filter (where answered and not late) as answered_on_time,
       count(*) filter (where not refused and ended_on is null and late) as dragging,
       count(*) filter (where answered and satisfied is not null) as rated,
       count(*) filter (where answered and satisfied) as satisfied,
       count(*) filter (where kind = $4 and received_on between $1 and $2
                          and not refused and proved is distinct from false) as complaints
  from (select *, coalesce(ended_on between $1 and $2, false) and not refused as answered
          from petition_copy
         where received_on <= $2 and (ended_on is null or ended_on >= $1)
           and ($3::text[] is null or exists (
                select from unnest($3::text[]) as grants (code)
                 where agency = grants.code or starts_with(agency, grants.code || '.')))
       ) as petitions
 group by agency
"""


class NoPetition(ValueError):
    """A fact of a petition that was never received, as far as this service heard."""


@dataclass(slots=True)
class Petition:
    """A petition as it stands; the order of fields is that of `COLUMNS`."""

    id: str
    agency: str
    kind: str
    received_on: date
    ended_on: date | None = None
    late: bool = False
    refused: bool = False
    proved: bool | None = None
    satisfied: bool | None = None

    def follow(self, fact: Event) -> None:
        """Apply a later fact."""
        match fact:
            case PetitionTransferred():
                self.agency, self.late = fact.to_agency, False
            case PetitionRefused():
                self.refused, self.ended_on = True, business_date(fact.refused_at)
            case PetitionResolved():
                self.kind, self.late, self.proved = fact.kind, fact.late, fact.proved
                self.ended_on = business_date(fact.resolved_at)
            case PetitionOverdue():
                self.late = True
            case PetitionRated():
                self.satisfied = fact.satisfied
            case _:
                pass


async def keep(connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]) -> None:
    """Keep what a batch told, in order: two statements."""
    ids = sorted({envelope.aggregate_id for envelope in envelopes})
    rows = await connection.fetch(KNOWN, ids)
    known = {str(row["id"]): Petition(str(row["id"]), *tuple(row)[1:]) for row in rows}
    for envelope in envelopes:
        fact, name = envelope.data, envelope.aggregate_id
        if isinstance(fact, PetitionReceived):
            received_on = business_date(fact.received_at)
            known[name] = Petition(name, envelope.agency, fact.kind, received_on)
            continue
        if name not in known:
            raise NoPetition(f"{fact.type} of {name}: it was never received")
        known[name].follow(fact)
    columns = COLUMNS.split(", ")
    await connection.execute(
        KEEP, *([getattr(one, column) for one in known.values()] for column in columns)
    )


async def count(connection: asyncpg.Connection, scope: Scope) -> dict[str, Counter[str]]:
    """Count petitions by agency; a complaint that was proved false does not count as one."""
    rows = await connection.fetch(
        COUNT, scope.first, scope.last, scope.agencies, PetitionKind.CONDUCT
    )
    return {row["agency"]: Counter({name: row[name] for name in COUNTED_NAMES}) for row in rows}
