"""Keeps the previews that are told for a month; nothing is counted before somebody asks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, cast

import asyncpg
import orjson

from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.events import CalendarPreviewed, Envelope, Event

PREVIEWS_KEPT: Final = timedelta(days=30)
FORGET_SECONDS: Final = 3600.0

KEEP: Final = """
insert into calendar_preview (id, calendars, previewed_at) values ($1, $2, $3)
on conflict (id) do nothing
"""
KEEP_CALENDAR: Final = """
insert into previewed_calendar (preview, code, version, definition) values ($1, $2, $3, $4)
on conflict (preview, code) do nothing
"""
FORGET: Final = "delete from calendar_preview where previewed_at < $1"


async def keep_previews(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
) -> None:
    """Keep what was put forward; a preview comes as one fact per calendar."""
    facts = [cast(CalendarPreviewed, envelope.data) for envelope in envelopes]
    # A rebuild reads every preview back that was ever told; the old ones stay forgotten.
    told = [fact for fact in facts if fact.previewed_at > present() - PREVIEWS_KEPT]
    await connection.executemany(
        KEEP, [(fact.preview, list(fact.calendars), fact.previewed_at) for fact in told]
    )
    await connection.executemany(
        KEEP_CALENDAR,
        [
            (fact.preview, fact.code, fact.version, orjson.dumps(fact.definition).decode())
            for fact in told
        ],
    )


async def forget_previews(database: Database) -> None:
    """Delete what was put forward long ago, and what it would have moved."""
    async with database.raw() as connection:
        await connection.execute(FORGET, present() - PREVIEWS_KEPT)


FORGET_PREVIEWS: Final = Periodic("forget-calendar-previews", FORGET_SECONDS, forget_previews)
