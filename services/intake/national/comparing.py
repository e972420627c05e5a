"""Compares the queue with the dossiers themselves: none may have moved on unnoticed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from services.intake.national.measures import REQUEUED
from services.intake.national.queue import EXCLUDE, WANT
from shared.columns import columns
from shared.database import Database

PAGE: Final = 2000
UNDER_WAY: Final = timedelta(minutes=10)
"""What was written down more lately may still be on its way through the stream."""

NEXT: Final = """
    select id from (select id from dossier where id > $1 order by id limit $2) page
    order by id desc limit 1
"""
DIFFERING: Final = """
    select d.id, d.sequence, t.told_at, t.imported and $4 as excluded
    from dossier d
    left join national_sync n on n.dossier_id = d.id
    cross join lateral (
        select max(recorded_at) as told_at, bool_or(entry > 0) and d.sequence = 1 as imported
        from transition where dossier_id = d.id
    ) t
    where d.id > $1 and d.id <= $2 and t.told_at < $3
        and (n.dossier_id is null or n.wanted < d.sequence
             or (n.state = 'acked' and n.acknowledged < d.sequence)
             or (n.state = 'excluded' and not $4))
"""
# The number of what is wanted may be right already, so that wanting it would change nothing.
AGAIN: Final = """
    update national_sync
    set state = 'pending', changes = changes + 1, next_try = $2, first_wanted_at = $2
    where dossier_id = any($1::uuid[]) and state in ('acked', 'excluded')
"""
FIRST: Final = UUID(int=0)
log = structlog.get_logger()


async def compare(database: Database, now: datetime, *, history: bool) -> int:
    """Walk all dossiers and queue what the queue does not know; tells how many.

    With `history` lives that were brought in are synchronised too.
    """
    last, found = FIRST, 0
    while True:
        async with database.raw() as connection:
            until = await connection.fetchval(NEXT, last, PAGE)
            if until is None:
                break
            found += await _compare(connection, last, until, now, history=history)
        last = until
    if found:
        REQUEUED.inc(found)
        log.warning("dossiers had moved on unnoticed by the queue", dossiers=found)
    return found


async def _compare(
    connection: asyncpg.Connection, after: UUID, until: UUID, now: datetime, *, history: bool
) -> int:
    rows = await connection.fetch(DIFFERING, after, until, now - UNDER_WAY, not history)
    excluded = [row for row in rows if row["excluded"]]
    wanted = [row for row in rows if not row["excluded"]]
    if excluded:
        await connection.execute(EXCLUDE, *columns(_told(excluded)))
    if wanted:
        await connection.execute(WANT, *columns(_told(wanted)))
        await connection.execute(AGAIN, [row["id"] for row in wanted], now)
    return len(wanted)


def _told(rows: Sequence[asyncpg.Record]) -> list[tuple[UUID, int, datetime]]:
    return sorted((row["id"], row["sequence"], row["told_at"]) for row in rows)
