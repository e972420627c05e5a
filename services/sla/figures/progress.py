"""Judges dossiers for Decision 766, rule 2.1, as they stood at the end of a period."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from services.sla import calendars, published
from services.sla.entries import PauseKind
from services.sla.figures.scope import Scope
from services.sla.verdicts import SUPPLEMENTS_ON_TIME_MAX, Judged766, Verdict, index766
from shared.working_time import WorkingTime

UNFINISHED_CHUNK: Final = 2000
OF_SCOPE: Final = """
  from life
 where received_on between $1 and $2 and counted
   and ($3::text[] is null or exists (
        select from unnest($3::text[]) as grants (code)
         where agency = grants.code or starts_with(agency, grants.code || '.')))
   and (cardinality($4::text[]) = 0 or level = any($4::text[]))
"""
# An end that was never taken back tells the same for ever; everything else is folded.
FINAL: Final = "coalesce(ended_on <= $2, false) and recalls = 0 and allowed_minutes is not null"
COUNT_FINAL: Final = f"""
select agency, count(*) filter (where supplements <= {SUPPLEMENTS_ON_TIME_MAX}
                                  and net_minutes <= allowed_minutes) as on_time,
       count(*) as judged
{OF_SCOPE} and {FINAL} group by agency
"""
UNFINISHED: Final = f"""
select dossier, agency {OF_SCOPE} and not ({FINAL}) and dossier > $5 order by dossier limit $6
"""
LEDGER: Final = """
select ledger.dossier, kind, at, pause, ledger.calendar, ledger.calendar_version,
       clock.started_at, life.allowed_minutes, life.procedure, life.procedure_version
  from ledger
  join clock on clock.dossier = ledger.dossier
  join life on life.dossier = ledger.dossier
 where ledger.dossier = any($1::uuid[]) and on_day <= $2
 order by ledger.dossier, place
"""
FIRST: Final = UUID(int=0)


class Course(NamedTuple):
    """What a ledger tells up to a day: when it ended, and the times that did not count."""

    until: datetime
    lapses: Sequence[tuple[datetime, datetime]]
    supplements: int


def course(rows: Sequence[Mapping[str, Any]], until: datetime) -> Course:
    """Follow a ledger up to `until`; while the citizen is waited for it ends with the request."""
    open_pauses: set[str] = set()
    lapses: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    ended = False
    supplements = 0
    for row in rows:
        kind, at = row["kind"], row["at"]
        before = bool(open_pauses) or ended
        if kind == "paused":
            open_pauses.add(row["pause"])
            supplements += row["pause"].startswith(PauseKind.SUPPLEMENT)
        elif kind == "resumed":
            open_pauses.discard(row["pause"])
        elif kind in {"ended", "recalled"}:
            ended = kind == "ended"
            open_pauses.clear()
        after = bool(open_pauses) or ended
        if after and not before:
            since = at
        elif before and not after and since is not None:
            lapses.append((since, at))
            since = None
    return Course(since or max(until, rows[-1]["at"]), lapses, supplements)


async def count(connection: asyncpg.Connection, scope: Scope) -> dict[str, Counter[str]]:
    """Count the received (`judged`) and those of them on time (`on_time`), by deciding agency."""
    asked = scope.first, scope.last, scope.agencies, list(scope.levels)
    counted = {
        row["agency"]: Counter(on_time=row["on_time"], judged=row["judged"])
        for row in await connection.fetch(COUNT_FINAL, *asked)
    }
    after = FIRST
    while rows := await connection.fetch(UNFINISHED, *asked, after, UNFINISHED_CHUNK):
        verdicts = await judge(connection, [row["dossier"] for row in rows], scope)
        for row in rows:
            numbers = counted.setdefault(row["agency"], Counter())
            numbers["judged"] += 1
            numbers["on_time"] += verdicts.get(row["dossier"]) is Verdict.ON_TIME
        after = rows[-1]["dossier"]
    return counted


async def judge(
    connection: asyncpg.Connection, dossiers: Sequence[UUID], scope: Scope
) -> dict[UUID, Verdict]:
    """Judge single dossiers at the end of the scope's period."""
    rows = await connection.fetch(LEDGER, list(dossiers), scope.last)
    versions = {(row["calendar"], row["calendar_version"]) for row in rows}
    times = await calendars.load(connection, versions)
    largest = await _largest_limits(connection, rows)
    verdicts = {}
    for dossier, ledger in groupby(rows, key=lambda row: row["dossier"]):
        told = list(ledger)
        last = told[-1]
        working_time = times[last["calendar"], last["calendar_version"]]
        started = last["started_at"]
        limits = largest.get((last["procedure"], last["procedure_version"]), ())
        verdicts[dossier] = _verdict(
            course(told, scope.until), working_time, started, last["allowed_minutes"], limits
        )
    return verdicts


def _verdict(
    told: Course,
    working_time: WorkingTime,
    started: datetime,
    allowed: int | None,
    limits: Sequence[Any],
) -> Verdict:
    """By the limit, or by the largest of the procedure where the dossier has no due date."""
    minutes = (working_time.between(started, working_time.due(started, one)) for one in limits)
    return index766(
        Judged766(
            minutes=max(0, working_time.between(started, told.until)),
            waited_minutes=sum(working_time.between(*lapse) for lapse in told.lapses),
            allowed_minutes=allowed,
            largest_limit_minutes=max(minutes, default=None),
            supplements=told.supplements,
        )
    )


async def _largest_limits(
    connection: asyncpg.Connection, rows: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, int], Sequence[Any]]:
    """Limits of the procedures of dossiers without a due date."""
    wanted = {
        (row["procedure"], row["procedure_version"])
        for row in rows
        if row["allowed_minutes"] is None
    }
    limits: dict[tuple[str, int], Sequence[Any]] = {}
    for code, number in sorted(wanted):
        procedure = await published.version(connection, code, number)
        methods = () if procedure is None else procedure.methods
        told = (published.limit_of(method) for method in methods)
        limits[code, number] = [limit for limit in told if limit is not None]
    return limits
