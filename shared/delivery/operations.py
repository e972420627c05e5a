"""What operators do with parked events: look, try again in order, give one up for good."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from shared.delivery.applying import Applier
from shared.delivery.connections import Lock, connect, hold
from shared.delivery.handlers import Dispatch, Handlers
from shared.delivery.parking import DRAINED_MAX, drain

LISTED_MAX = 1000
AGGREGATES_A_PAGE = 100

LIST = """
    select aggregate, sequence, subject, state, attempts, next_try, error, parked_at
    from parked where (aggregate, sequence) > ($1, $2)
    order by aggregate, sequence limit $3
"""
HELD = """
    select aggregate from applied where parked > 0 and aggregate > $1 order by aggregate limit $2
"""
FIND = """
    select a.last_sequence, p.body
    from applied a left join parked p on p.aggregate = a.aggregate and p.sequence = $2
    where a.aggregate = $1
"""
DISCARD = """
    insert into discarded (aggregate, sequence, body, discarded_by, reason)
    values ($1, $2, $3, $4, $5) on conflict do nothing
"""
FORGET = "delete from parked where aggregate = $1 and sequence = $2"


class NothingToDiscard(ValueError):
    """The event is applied already, or it is neither parked nor the one that is missing."""


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """A parked event as an operator sees it."""

    aggregate: str
    sequence: int
    subject: str
    state: str
    attempts: int
    next_try: datetime | None
    error: str | None
    parked_at: datetime


@dataclass(frozen=True, slots=True)
class Replayed:
    """How a replay ended: what was applied, and which aggregates are still held."""

    applied: int
    held: list[str]


async def parked(
    database_url: str, *, after: tuple[str, int] = ("", 0), limit: int = LISTED_MAX
) -> list[ParkedEvent]:
    """A page of parked events by aggregate and sequence; continue after the last one."""
    async with connect(database_url) as connection:
        rows = await connection.fetch(LIST, *after, min(limit, LISTED_MAX))
        return [ParkedEvent(**row) for row in rows]


async def replay(
    database_url: str, service: str, handlers: Handlers, aggregate: str | None = None
) -> Replayed:
    """Try parked events again now, in order, whatever their state; all aggregates if none named."""
    applier = Applier(Dispatch(handlers), service=service, stream="")
    applied, held, last = 0, [], ""
    async with connect(database_url) as connection:
        while True:
            names = [aggregate] if aggregate is not None else await _held(connection, last)
            for name in names:
                applied += await _replay_one(connection, applier, name)
                if await connection.fetchval(
                    "select parked > 0 from applied where aggregate = $1", name
                ):
                    held.append(name)
            if aggregate is not None or not names:
                return Replayed(applied, held)
            last = names[-1]


async def _held(connection: asyncpg.Connection, after: str) -> list[str]:
    rows = await connection.fetch(HELD, after, AGGREGATES_A_PAGE)
    return [row["aggregate"] for row in rows]


async def _replay_one(connection: asyncpg.Connection, applier: Applier, aggregate: str) -> int:
    applied = 0
    while True:
        done = await applier.drain(connection, aggregate, force=True)
        applied += done
        if done < DRAINED_MAX:
            return applied


async def discard(
    database_url: str,
    service: str,
    handlers: Handlers,
    aggregate: str,
    sequence: int,
    *,
    by: str,
    reason: str,
) -> int:
    """Give one event up for good and go on behind it; how many parked events were then applied.

    Kept with who and why, so that a rebuild passes over it too. Also for an event that never came:
    the one the parked ones wait for. Raises NothingToDiscard.
    """
    async with connect(database_url) as connection, connection.transaction():
        await hold(connection, service, Lock.APPLYING)
        found = await connection.fetchrow(FIND, aggregate, sequence)
        if found is None or sequence <= found["last_sequence"]:
            raise NothingToDiscard(f"{aggregate} {sequence} is not waiting")
        if found["body"] is None and sequence != found["last_sequence"] + 1:
            raise NothingToDiscard(f"{aggregate} {sequence} is not parked")
        await connection.execute(DISCARD, aggregate, sequence, found["body"] or b"", by, reason)
        await connection.execute(FORGET, aggregate, sequence)
        return await drain(connection, Dispatch(handlers), aggregate)
