"""What was raised: written by the sweep, and by a rebuild that reads the alarms back."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg

from services.sla.alarms.schedule import NOTHING_RAISED, Raised
from shared.events import DeadlineNear, DossierOverdue

Alarm = DeadlineNear | DossierOverdue

KEEP: Final = """
insert into alarm (dossier, due_at, rung, rank, code, agency, procedure, unit, officer, skipped,
                   planned_at, left_minutes, raised_at)
select dossier, due_at, rung, rank, code, agency, procedure, unit, officer,
       string_to_array(skipped, ' '), planned_at, left_minutes, raised_at
  from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],
              $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::int[],
              $13::timestamptz[])
    as told (dossier, due_at, rung, rank, code, agency, procedure, unit, officer, skipped,
             planned_at, left_minutes, raised_at)
on conflict (dossier, due_at, rung) do nothing
returning dossier
"""
FIND: Final = "select dossier, due_at, rung, skipped from alarm where dossier = any($1::uuid[])"


class Kept(NamedTuple):
    """An alarm and whose it is."""

    dossier: str
    fact: Alarm


async def keep(connection: asyncpg.Connection, alarms: Collection[Kept]) -> set[str]:
    """Write alarms down; the dossiers of those that were not known yet."""
    if not alarms:
        return set()
    rows = await connection.fetch(KEEP, *map(list, zip(*map(_row, alarms), strict=True)))
    return {str(row["dossier"]) for row in rows}


class History:
    """What was raised for some dossiers."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._told: dict[str, list[tuple[datetime, frozenset[str]]]] = {}
        for row in rows:
            rungs = frozenset((row["rung"], *row["skipped"]))
            self._told.setdefault(str(row["dossier"]), []).append((row["due_at"], rungs))

    def of(self, dossier: str, due_at: datetime) -> Raised:
        """What was told for this due, and what for others that the dossier had."""
        told = self._told.get(dossier)
        if told is None:
            return NOTHING_RAISED
        here = [rungs for due, rungs in told if due == due_at]
        elsewhere = [rungs for due, rungs in told if due != due_at]
        return Raised(frozenset().union(*here), frozenset().union(*elsewhere))


async def load(connection: asyncpg.Connection, dossiers: Collection[str]) -> History:
    """Find all that was raised for these dossiers."""
    return History(await connection.fetch(FIND, list(dossiers)))


def _row(kept: Kept) -> tuple[Any, ...]:
    fact = kept.fact
    left = fact.left_minutes if isinstance(fact, DeadlineNear) else -fact.late_minutes
    return (
        kept.dossier,
        fact.due_at,
        fact.rung,
        fact.rank,
        fact.code,
        fact.agency,
        fact.procedure,
        fact.unit,
        fact.officer,
        " ".join(fact.skipped),
        fact.planned_at,
        left,
        fact.raised_at,
    )
