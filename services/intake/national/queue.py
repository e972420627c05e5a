"""The durable queue: what the portal should know, claimed for a while and settled by its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from services.intake.national.answers import Answer
from shared.columns import columns
from shared.database import Database
from shared.events import DossierImported, Envelope, Event

LEASE: Final = timedelta(seconds=120)
"""How long a claim keeps others away; whoever dies with it is followed after that."""

# A rebuild of the copies reads these facts too, and the last of them nobody else reads. What it
# writes into tables that are not rebuilt is dropped, unless their schema is named; here it may
# write, for a queue that only moves forward does not mind history.
# A dossier under way stays `sent`: settling sees that more is wanted since.
WANT: Final = """
    insert into public.national_sync as n (dossier_id, state, wanted, first_wanted_at, next_try)
    select w.id, 'pending', w.sequence, w.at, w.at
    from unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) as w(id, sequence, at)
    on conflict (dossier_id) do update
    set wanted = excluded.wanted, changes = n.changes + 1,
        state = case n.state when 'sent' then 'sent' else 'pending' end,
        attempts = case n.state when 'sent' then n.attempts else 0 end,
        next_try = case n.state when 'sent' then n.next_try else excluded.next_try end,
        first_wanted_at = case when n.state in ('acked', 'excluded')
                               then excluded.first_wanted_at else n.first_wanted_at end
    where n.wanted < excluded.wanted
"""
EXCLUDE: Final = """
    insert into public.national_sync (dossier_id, state, wanted, first_wanted_at)
    select w.id, 'excluded', w.sequence, w.at
    from unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) as w(id, sequence, at)
    on conflict (dossier_id) do nothing
"""
MOVED: Final = """
    update national_sync n
    set changes = n.changes + 1,
        state = case n.state when 'sent' then 'sent' else 'pending' end,
        next_try = case n.state when 'sent' then n.next_try else m.at end,
        first_wanted_at = case n.state when 'acked' then m.at else n.first_wanted_at end
    from unnest($1::uuid[], $2::timestamptz[]) as m(id, at)
    where n.dossier_id = m.id and n.state <> 'excluded'
"""
# Materialised: as a part of the join it could be looked up once per row, and claim them all.
CLAIM: Final = """
    with due as materialized (
        select dossier_id from national_sync
        where state in ('pending', 'sent', 'failed') and next_try <= $1
        order by next_try limit 1 for update skip locked
    )
    update national_sync n
    set state = 'sent', attempts = n.attempts + 1, claims = n.claims + 1, next_try = $2
    from due
    where n.dossier_id = due.dossier_id
    returning n.dossier_id, n.claims, n.changes, n.attempts, n.rows_acknowledged,
              n.acknowledged_hash, n.acknowledged_at is not null as known
"""
# What was wanted while this was on its way waits since it was written down, not since before.
ACKNOWLEDGE: Final = """
    update national_sync n
    set state = case when n.changes = $3 then 'acked' else 'pending' end,
        next_try = case when n.changes = $3 then null else $4::timestamptz end,
        first_wanted_at = case when n.changes = $3 then n.first_wanted_at else coalesce(
            (select min(t.recorded_at) from transition t
             where t.dossier_id = n.dossier_id and t.number > $5), $4) end,
        acknowledged = $5, acknowledged_at = $4, acknowledged_hash = $6, rows_acknowledged = $7,
        request_hash = $6, request_bytes = $8, attempts = 0, last_code = $9, last_error = null
    where n.dossier_id = $1 and n.claims = $2
"""
POSTPONE: Final = """
    update national_sync n
    set state = 'failed', next_try = $3, rows_acknowledged = $4,
        acknowledged_hash = coalesce($5, n.acknowledged_hash),
        acknowledged_at = case when $5::bytea is null then n.acknowledged_at else $9 end,
        request_hash = coalesce($6, n.request_hash), request_bytes = coalesce($7, n.request_bytes),
        last_code = $8, last_error = $10
    where n.dossier_id = $1 and n.claims = $2
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A dossier that this process alone may send until the lease ends, and what is known of it."""

    dossier_id: UUID
    number: int
    changes: int
    attempts: int
    rows_acknowledged: int
    acknowledged_hash: bytes | None
    known: bool
    """Whether the portal has acknowledged any state of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: the last answer, and how far the portal followed before it."""

    answer: Answer
    rows_acknowledged: int
    sequence: int = 0
    digest: bytes | None = None
    size: int | None = None
    content_acknowledged: bool = False


async def want(connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]) -> None:
    """Note that dossiers moved on; a life brought in from elsewhere is noted as excluded."""
    lives = {
        UUID(e.aggregate_id): (e.sequence, e.recorded_at)
        for e in envelopes
        if isinstance(e.data, DossierImported)
    }
    if lives:
        await connection.execute(EXCLUDE, *_columns(lives))
    moved: dict[UUID, tuple[int, datetime]] = {}
    for envelope in envelopes:
        if not isinstance(envelope.data, DossierImported):
            key = UUID(envelope.aggregate_id)
            first = moved.get(key, (0, envelope.recorded_at))[1]
            moved[key] = (envelope.sequence, first)
    if moved:
        await connection.execute(WANT, *_columns(moved))


async def want_moved(
    connection: asyncpg.Connection, moved: Sequence[tuple[UUID, datetime]]
) -> None:
    """Note that due dates moved, which the dossiers' own numbers do not tell."""
    if moved:
        await connection.execute(MOVED, *columns(sorted(moved)))


async def claim(database: Database, now: datetime) -> Claim | None:
    """Take the dossier that has been due longest, for the length of a lease."""
    async with database.statements() as connection:
        row = await connection.fetchrow(CLAIM, now, now + LEASE)
    if row is None:
        return None
    return Claim(
        row["dossier_id"],
        row["claims"],
        row["changes"],
        row["attempts"],
        row["rows_acknowledged"],
        row["acknowledged_hash"],
        row["known"],
    )


async def acknowledge(database: Database, claimed: Claim, outcome: Outcome, now: datetime) -> None:
    """Note that the portal has it all; what was wanted meanwhile is due at once."""
    async with database.statements() as connection:
        await connection.execute(
            ACKNOWLEDGE,
            claimed.dossier_id,
            claimed.number,
            claimed.changes,
            now,
            outcome.sequence,
            outcome.digest,
            outcome.rows_acknowledged,
            outcome.size,
            outcome.answer.code,
        )


async def postpone(
    database: Database, claimed: Claim, outcome: Outcome, now: datetime, *, again_at: datetime
) -> None:
    """Note what the portal did not take, and when it is tried again."""
    async with database.statements() as connection:
        await connection.execute(
            POSTPONE,
            claimed.dossier_id,
            claimed.number,
            again_at,
            outcome.rows_acknowledged,
            outcome.digest if outcome.content_acknowledged else None,
            outcome.digest,
            outcome.size,
            outcome.answer.code,
            now,
            outcome.answer.text,
        )


def _columns(told: dict[UUID, tuple[int, datetime]]) -> list[list[object]]:
    # In key order: settling locks the same rows.
    return columns([(key, sequence, at) for key, (sequence, at) in sorted(told.items())])
