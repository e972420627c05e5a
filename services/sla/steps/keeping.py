"""Writes the stays of a batch: four selects and one merge, whatever its size."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.sla import calendars
from services.sla.facts import Told
from services.sla.following import Batch
from services.sla.steps.minutes import Past, net, past
from services.sla.steps.stays import HEARING, Course, Stay
from shared.events import Event, LimitUnit, PublishedLimit
from shared.working_time import WorkingTime, business_date

HEARD: Final = frozenset[type[Event]](HEARING)

OPEN: Final = """
    select * from stay where dossier = any($1::uuid[]) and ended_at is null order by number
"""
COUNTED: Final = """
    select dossier, max(number) as count, max(ended_at) as last_end
    from stay where dossier = any($1::uuid[]) group by dossier
"""
LEDGER: Final = """
    select dossier, source, source_sequence, entry, at, stand, agency, calendar, calendar_version
    from ledger where dossier = any($1::uuid[]) order by dossier, place
"""
COLUMNS: Final = {
    "dossier": "uuid", "number": "int", "step": "text", "name": "text", "agency": "text",
    "unit": "text", "officer": "text", "from_unit": "text", "from_officer": "text",
    "given_at": "timestamptz", "confirmed_at": "timestamptz", "limit_value": "numeric",
    "limit_unit": "text", "due_at": "timestamptz", "ended_at": "timestamptz", "ended_on": "date",
    "outcome": "text", "verdict": "text", "spent_minutes": "int", "transit_minutes": "int",
}  # fmt: skip
_SET = ", ".join(f"{name} = excluded.{name}" for name in list(COLUMNS)[2:])
_ARRAYS = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(COLUMNS.values(), 1))
WRITE: Final = f"""
    insert into stay ({", ".join(COLUMNS)}) select * from unnest({_ARRAYS}) order by 1, 2
    on conflict (dossier, number) do update set {_SET}
"""  # noqa: S608 (names of our own)


async def follow(connection: asyncpg.Connection, facts: Sequence[Told], batch: Batch) -> None:
    """Keep who had the batch's dossiers in hand."""
    heard = [told for told in facts if type(told.fact) in HEARD and told.dossier in batch.followed]
    if not heard:
        return
    dossiers = sorted({told.dossier for told in heard})
    ledgers = await _ledgers(connection, dossiers)
    courses = await _courses(connection, dossiers, batch)
    times = await calendars.load(connection, _versions(ledgers))
    for told in heard:
        known = past(ledgers[told.dossier], told.sequence, told.entry)
        if known is None:
            continue
        course = courses[told.dossier]
        course.agency, course.over = known.agency, []
        HEARING[type(told.fact)](course, told.fact)
        for stay in course.over:
            _measure(stay, known, times[known.calendar])
    rows = [
        _row(dossier, stay)
        for dossier, course in courses.items()
        for stay in course.changed.values()
    ]
    if rows:
        await connection.execute(WRITE, *map(list, zip(*rows, strict=True)))


def _measure(stay: Stay, known: Past, working_time: WorkingTime) -> None:
    if stay.ended_at is None:
        return
    stay.spent_minutes = net(working_time, known, stay.held_from, stay.ended_at)
    stay.transit_minutes = net(working_time, known, stay.given_at, stay.held_from)


def _versions(ledgers: Mapping[str, Sequence[Mapping[str, Any]]]) -> set[calendars.Version]:
    return {(row["calendar"], row["calendar_version"]) for rows in ledgers.values() for row in rows}


async def _ledgers(
    connection: asyncpg.Connection, dossiers: Collection[str]
) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await connection.fetch(LEDGER, list(dossiers)):
        found[str(row["dossier"])].append(row)
    return found


async def _courses(
    connection: asyncpg.Connection, dossiers: Collection[str], batch: Batch
) -> dict[str, Course]:
    courses = {}
    for dossier in dossiers:
        followed = batch.followed[dossier]
        courses[dossier] = Course(followed.key.agency, followed.accepted_at)
    for row in await connection.fetch(OPEN, list(dossiers)):
        stay = _stay(row)
        courses[str(row["dossier"])].open[stay.step] = stay
    for row in await connection.fetch(COUNTED, list(dossiers)):
        course = courses[str(row["dossier"])]
        course.count, course.last_end = row["count"], row["last_end"]
    return courses


def _stay(row: Mapping[str, Any]) -> Stay:
    limit = None
    if row["limit_value"] is not None:
        limit = PublishedLimit(value=row["limit_value"], unit=LimitUnit(row["limit_unit"]))
    return Stay(
        number=row["number"],
        step=row["step"],
        name=row["name"],
        agency=row["agency"],
        unit=row["unit"],
        officer=row["officer"],
        from_unit=row["from_unit"],
        from_officer=row["from_officer"],
        given_at=row["given_at"],
        confirmed_at=row["confirmed_at"],
        limit=limit,
        due_at=row["due_at"],
    )


def _row(dossier: str, stay: Stay) -> tuple[Any, ...]:
    limit = stay.limit
    return (
        UUID(dossier),
        stay.number,
        stay.step,
        stay.name,
        stay.agency,
        stay.unit,
        stay.officer,
        stay.from_unit,
        stay.from_officer,
        stay.given_at,
        stay.confirmed_at,
        None if limit is None else limit.value,
        None if limit is None else limit.unit,
        stay.due_at,
        stay.ended_at,
        None if stay.ended_at is None else business_date(stay.ended_at),
        stay.outcome,
        stay.verdict,
        stay.spent_minutes,
        stay.transit_minutes,
    )
