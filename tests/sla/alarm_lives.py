"""A database of sla's with alarms: lives told to it, sweeps at any moment, what was raised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from services.sla.alarms import sweeping
from shared.database import Database
from shared.events import DeadlineNear, DossierOverdue, Envelope, Event, decode
from tests.sla.factories import at
from tests.sla.stream import deliver

ALARMS = (DeadlineNear, DossierOverdue)
LIFE = orjson.dumps(
    {
        **dict.fromkeys(("code", "agency", "receiving_agency", "procedure", "field"), "x"),
        **dict.fromkeys(("level", "channel", "way_of_return"), "x"),
        **dict.fromkeys(("counted", "boundary_free", "reappointed", "apologised"), False),
        **dict.fromkeys(("digital_result", "paid_online"), False),
        **dict.fromkeys(("procedure_version", "waited_minutes", "supplements", "recalls"), 0),
        **dict.fromkeys(("digital_papers", "reused_papers", "fees_demanded", "fees_paid"), 0),
        **dict.fromkeys(("filed_at", "accepted_at", "received_on"), "2026-03-02"),
    }
).decode()
HAND_TO = """
insert into life select (jsonb_populate_record(
    null::life,
    $1::jsonb || jsonb_build_object('dossier', $2::uuid, 'unit', $3::text, 'officer', $4::text)
)).*
on conflict (dossier) do update set unit = excluded.unit, officer = excluded.officer
"""


async def tell(database: Database, envelopes: Sequence[Envelope[Event]]) -> None:
    async with database.raw() as connection:
        await deliver(connection, envelopes)


async def sweep(database: Database, moment: str | datetime) -> None:
    """Raise everything that is due at that moment."""
    now = at(moment) if isinstance(moment, str) else moment
    await sweeping.raise_due(database, lambda: now)


async def rows(database: Database, statement: str, *values: Any) -> list[asyncpg.Record]:
    async with database.statements() as connection:
        found: list[asyncpg.Record] = await connection.fetch(statement, *values)
    return found


async def hand_to(database: Database, dossier: str, *, unit: str, officer: str) -> None:
    """Let a unit and an officer have the dossier in hand."""
    await rows(database, HAND_TO, LIFE, dossier, unit, officer)


async def rung(database: Database) -> list[str]:
    """The rungs that were raised, in order."""
    return [
        row["rung"] for row in await rows(database, "select rung from alarm order by raised_at")
    ]


async def next_at(database: Database, dossier: str) -> datetime | None:
    """When the dossier's next alarm is; None also when it has no row."""
    [row] = await rows(
        database, "select max(next_at) as at from alarm_clock where dossier = $1", dossier
    )
    moment: datetime | None = row["at"]
    return moment


async def told_alarms(database: Database) -> list[Envelope[Event]]:
    """The alarms that wait in the outbox."""
    bodies = await rows(database, "select body from outbox order by position")
    envelopes = [decode(row["body"]) for row in bodies]
    return [envelope for envelope in envelopes if isinstance(envelope.data, ALARMS)]
