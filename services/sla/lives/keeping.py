"""Writes the lives of a batch: one select, one copy or one update, whatever its size."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import asyncpg

from services.sla.facts import Told
from services.sla.followed import Followed
from services.sla.following import Batch
from services.sla.lives.course import HEARING, Course
from services.sla.lives.rows import (
    CLOCKWORK,
    FIXED,
    TOLD,
    TOLD_LATER,
    Begun,
    clockwork,
    fixed,
    told,
    told_later,
)
from services.sla.lives.territory import received_elsewhere
from shared.events import DossierIntakeRefused, DossierWithdrawn, Event

HEARD: Final = frozenset[type[Event]]((*HEARING, DossierIntakeRefused))

NOTHING: Final = Course()
COLUMNS: Final = (*FIXED, *CLOCKWORK, *TOLD, *TOLD_LATER)
BEFORE_COLUMNS: Final = ("dossier", *TOLD)
_MOVING: Final = {"dossier": "uuid", **CLOCKWORK, **TOLD, **TOLD_LATER}
_BEFORE: Final = {"dossier": "uuid", **TOLD}


def _unnested(columns: Mapping[str, str]) -> str:
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(columns.values(), 1))
    return f"unnest({arrays}) as new ({', '.join(columns)})"


def _assigned(columns: Iterable[str], source: str) -> str:
    return ", ".join(f"{name} = {source}.{name}" for name in columns if name != "dossier")


SELECT: Final = f"""
select dossier, ended_at is not null as ended, {", ".join((*TOLD, *TOLD_LATER))}
  from life where dossier = any($1::uuid[])
"""  # noqa: S608 (names of our own)
UPDATE: Final = f"""
update life set {_assigned(_MOVING, "new")}
  from {_unnested(_MOVING)}
 where life.dossier = new.dossier
"""  # noqa: S608 (names of our own)
SELECT_BEFORE: Final = f"""
select {", ".join(BEFORE_COLUMNS)} from life_before where dossier = any($1::uuid[])
"""  # noqa: S608 (names of our own)
KEEP_BEFORE: Final = f"""
insert into life_before ({", ".join(BEFORE_COLUMNS)})
select * from {_unnested(_BEFORE)} order by dossier
on conflict (dossier) do update set {_assigned(_BEFORE, "excluded")}
"""  # noqa: S608 (names of our own)
FORGET_BEFORE: Final = "delete from life_before where dossier = any($1::uuid[])"


async def follow(connection: asyncpg.Connection, facts: Sequence[Told], batch: Batch) -> None:
    """Keep what a batch told of its dossiers, before and after their acceptance."""
    heard = [one for one in facts if type(one.fact) in HEARD]
    begun = {one.told.dossier: Begun(one, one.told.fact) for one in batch.ledger if one.place == 1}
    accepted = batch.touched.keys() | {
        one.dossier for one in heard if one.dossier in batch.followed
    }
    early = {one.dossier for one in heard if one.dossier not in batch.followed}
    # A life that is told whole has nothing before it.
    joining = {dossier for dossier, (noted, _) in begun.items() if not noted.told.imported}
    courses = await _load(connection, SELECT, accepted - begun.keys())
    before = await _load(connection, SELECT_BEFORE, early | joining)
    courses |= before
    for dossier in accepted | early:
        courses.setdefault(dossier, Course())
    for one in heard:
        _hear(courses, one)
    await _insert(connection, begun, batch, courses)
    await _update(connection, sorted(accepted - begun.keys()), batch, courses)
    await _keep_before(connection, {one: courses[one] for one in sorted(early)}, before)


def _hear(courses: dict[str, Course], one: Told) -> None:
    hear = HEARING.get(type(one.fact))
    if hear is not None:
        hear(courses[one.dossier], one.fact)
    if _never_accepted(one.fact):
        courses[one.dossier] = Course()


def _never_accepted(fact: Event) -> bool:
    """Whether it ended before it was accepted, so that nothing is kept of it."""
    withdrawn = isinstance(fact, DossierWithdrawn) and not fact.after_acceptance
    return withdrawn or isinstance(fact, DossierIntakeRefused)


async def _load(
    connection: asyncpg.Connection, statement: str, dossiers: Collection[str]
) -> dict[str, Course]:
    if not dossiers:
        return {}
    rows = await connection.fetch(statement, list(dossiers))
    return {str(dossier): Course(**columns) for dossier, columns in map(_parted, rows)}


def _parted(row: asyncpg.Record) -> tuple[Any, dict[str, Any]]:
    columns = dict(row)
    return columns.pop("dossier"), columns


async def _insert(
    connection: asyncpg.Connection,
    begun: Mapping[str, Begun],
    batch: Batch,
    courses: Mapping[str, Course],
) -> None:
    if not begun:
        return
    apart = await received_elsewhere(connection, (one.fact for one in begun.values()))
    rows = (
        fixed(
            one,
            batch.times[one.noted.calendar],
            elsewhere=(one.fact.receiving_agency, one.fact.competent_agency) in apart,
        )
        + _moving(one.noted.followed, batch, courses)
        for one in begun.values()
    )
    await connection.copy_records_to_table("life", records=rows, columns=COLUMNS)


async def _update(
    connection: asyncpg.Connection,
    dossiers: Sequence[str],
    batch: Batch,
    courses: Mapping[str, Course],
) -> None:
    if not dossiers:
        return
    rows = [(one, *_moving(batch.followed[one], batch, courses)) for one in dossiers]
    await connection.execute(UPDATE, *map(list, zip(*rows, strict=True)))


def _moving(followed: Followed, batch: Batch, courses: Mapping[str, Course]) -> tuple[Any, ...]:
    course = courses[followed.dossier]
    stand = clockwork(followed, batch.times[followed.calendar])
    return stand + told(course) + told_later(course)


async def _keep_before(
    connection: asyncpg.Connection, courses: Mapping[str, Course], before: Collection[str]
) -> None:
    """Keep what was told early until the acceptance, and no longer than that."""
    kept = [(one, *told(course)) for one, course in courses.items() if course != NOTHING]
    if kept:
        await connection.execute(KEEP_BEFORE, *map(list, zip(*kept, strict=True)))
    gone = sorted(set(before) - {one for one, *_ in kept})
    if gone:
        await connection.execute(FORGET_BEFORE, gone)
