"""Reads and writes the clocks of a batch: one select, one copy, one update."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import asyncpg

from services.sla.clock import Clock
from services.sla.entries import End
from services.sla.followed import Followed
from services.sla.stand import Stand, StandKind
from services.sla.tally import Key
from services.sla.terms import Term
from services.sla.verdicts import Verdict
from shared.working_time import Limit, LimitUnit, business_date

SELECT = "select * from clock where dossier = any($1::uuid[])"

COLUMNS = (
    "dossier", "code", "agency", "receiving_agency", "procedure", "procedure_version", "field",
    "channel", "level", "counted", "accepted_at",
    "started_at", "calendar", "calendar_version", "phase", "began_at", "since", "due_at", "due_on",
    "promised_at", "open_pauses", "restart", "reappointed", "used_minutes", "waited_minutes",
    "granted", "restarts", "supplements", "ended_at", "outcome", "verdict", "last_at", "last_on",
    "sequence", "limit_value", "limit_unit", "same_day", "entries", "told", "adjusted", "lapsed",
)  # fmt: skip

UPDATE = """
update clock set
    agency = new.agency, calendar = new.calendar, calendar_version = new.calendar_version,
    phase = new.phase, began_at = new.began_at, since = new.since, due_at = new.due_at,
    due_on = new.due_on, promised_at = new.promised_at, open_pauses = new.open_pauses,
    restart = new.restart, reappointed = new.reappointed, used_minutes = new.used_minutes,
    waited_minutes = new.waited_minutes, granted = new.granted, restarts = new.restarts,
    supplements = new.supplements, ended_at = new.ended_at, outcome = new.outcome,
    verdict = new.verdict, last_at = new.last_at, last_on = new.last_on, sequence = new.sequence,
    limit_value = new.limit_value, limit_unit = new.limit_unit, same_day = new.same_day,
    entries = new.entries, told = new.told, adjusted = new.adjusted, lapsed = new.lapsed
from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::timestamptz[],
    $7::timestamptz[], $8::timestamptz[], $9::date[], $10::timestamptz[], $11::text[],
    $12::bool[], $13::bool[], $14::int[], $15::int[], $16::int[], $17::int[], $18::int[],
    $19::timestamptz[], $20::text[], $21::text[], $22::timestamptz[], $23::date[], $24::bigint[],
    $25::numeric[], $26::text[], $27::bool[], $28::int[], $29::bool[], $30::bool[], $31::bool[]
) as new (
    dossier, agency, calendar, calendar_version, phase, began_at, since, due_at, due_on,
    promised_at, open_pauses, restart, reappointed, used_minutes, waited_minutes, granted,
    restarts, supplements, ended_at, outcome, verdict, last_at, last_on, sequence,
    limit_value, limit_unit, same_day, entries, told, adjusted, lapsed
)
where clock.dossier = new.dossier
"""

NUMBER = """
update clock set sequence = greatest(clock.sequence, told.sequence)
  from unnest($1::uuid[], $2::bigint[]) as told (dossier, sequence)
 where clock.dossier = told.dossier
"""


async def load(connection: asyncpg.Connection, dossiers: Collection[str]) -> dict[str, Followed]:
    """Find the clocks of these dossiers; one that was never accepted has none."""
    rows = await connection.fetch(SELECT, list(dossiers))
    return {followed.dossier: followed for followed in map(read, rows)}


async def save(connection: asyncpg.Connection, touched: Iterable[Followed]) -> None:
    """Write clocks back, new ones by copy."""
    fresh: list[Followed] = []
    known: list[Followed] = []
    for followed in touched:
        (fresh if followed.fresh else known).append(followed)
    if fresh:
        await connection.copy_records_to_table("clock", records=map(row, fresh), columns=COLUMNS)
    if known:
        rows = [
            (one.dossier, one.key.agency, *_moving(one))
            # Clocks are locked in one order, or two writers could wait for each other.
            for one in sorted(known, key=lambda one: one.dossier)
        ]
        await connection.execute(UPDATE, *map(list, zip(*rows, strict=True)))


async def number(connection: asyncpg.Connection, told: Mapping[str, int]) -> None:
    """Let no clock number its facts below what it told already."""
    if told:
        await connection.execute(NUMBER, list(told), list(told.values()))


def read(row: Mapping[str, Any]) -> Followed:
    """Read a clock as it stands; waits that are over are told by its ledger only."""
    clock = _clock(row)
    kind = StandKind(row["phase"])
    return Followed(
        dossier=str(row["dossier"]),
        code=row["code"],
        key=Key(row["agency"], row["procedure"], row["field"], row["channel"]),
        receiving_agency=row["receiving_agency"],
        procedure_version=row["procedure_version"],
        level=row["level"],
        counted=row["counted"],
        calendar=(row["calendar"], row["calendar_version"]),
        accepted_at=row["accepted_at"],
        clock=clock,
        stand=Stand(
            kind,
            due_on=row["due_on"] if kind is StandKind.RUNNING else None,
            end=clock.end,
            verdict=None if row["verdict"] is None else Verdict(row["verdict"]),
        ),
        last_on=row["last_on"],
        sequence=row["sequence"],
        entries=row["entries"],
        fresh=False,
    )


def _clock(row: Mapping[str, Any]) -> Clock:
    return Clock(
        term=Term(limit(row["limit_value"], row["limit_unit"]), row["same_day"]),
        started_at=row["started_at"],
        began_at=row["began_at"],
        since=row["since"],
        last_at=row["last_at"],
        due_at=row["due_at"],
        promised_at=row["promised_at"],
        open=tuple(row["open_pauses"].split()),
        restart=row["restart"],
        reappointed=row["reappointed"],
        used=row["used_minutes"],
        waited=row["waited_minutes"],
        granted=row["granted"],
        restarts=row["restarts"],
        supplements=row["supplements"],
        ended_at=row["ended_at"],
        end=None if row["outcome"] is None else End(row["outcome"]),
        told=row["told"],
        adjusted=row["adjusted"],
        lapsed=row["lapsed"],
    )


def row(followed: Followed) -> tuple[Any, ...]:
    """A clock's row, in the order of COLUMNS."""
    return _fixed(followed) + _moving(followed)


@lru_cache(maxsize=1024)
def limit(value: Decimal | None, unit: str | None) -> Limit | None:
    """The exact limit as it is stored."""
    return None if value is None or unit is None else Limit(value, LimitUnit(unit))


def _fixed(followed: Followed) -> tuple[Any, ...]:
    key = followed.key
    return (
        followed.dossier,
        followed.code,
        key.agency,
        followed.receiving_agency,
        key.procedure,
        followed.procedure_version,
        key.field,
        key.channel,
        followed.level,
        followed.counted,
        followed.accepted_at,
        followed.clock.started_at,
    )


def _moving(followed: Followed) -> tuple[Any, ...]:
    clock, stand = followed.clock, followed.stand
    value, unit = _stored(clock.term.limit)
    return (
        *followed.calendar,
        stand.kind,
        clock.began_at,
        clock.since,
        clock.due_at,
        stand.due_on or (clock.due_at and business_date(clock.due_at)),
        clock.promised_at,
        " ".join(clock.open),
        clock.restart,
        clock.reappointed,
        clock.used,
        clock.waited,
        clock.granted,
        clock.restarts,
        clock.supplements,
        clock.ended_at,
        clock.end,
        stand.verdict,
        clock.last_at,
        followed.last_on,
        followed.sequence,
        value,
        unit,
        clock.term.same_day,
        followed.entries,
        clock.told,
        clock.adjusted,
        clock.lapsed,
    )


def _stored(limit: Limit | None) -> tuple[Decimal | None, LimitUnit | None]:
    if limit is None:
        return None, None
    exact = Fraction(limit.value)
    return Decimal(exact.numerator) / exact.denominator, limit.unit
