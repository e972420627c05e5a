"""Events that could not be applied, kept in order until they can be."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from shared.delivery import measures
from shared.delivery.connections import is_transient
from shared.delivery.handlers import Dispatch, NotYet
from shared.delivery.incoming import Incoming, parse
from shared.delivery.places import Parked

RETRY_SECONDS = (1, 5, 30, 120, 600)
NOT_YET_SECONDS = (1, 5, 30, 120)
DRAINED_MAX = 500
ERROR_CHARACTERS_MAX = 2000
NOT_YET = "not yet: "
"""Begins the error of an event whose handler raised NotYet."""

PARK = """
    insert into parked (aggregate, sequence, subject, body, state, attempts, next_try, error)
    select aggregate, sequence, subject, body, state, attempts,
           clock_timestamp() + make_interval(secs => delay), error
    from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::text[], $6::int[],
                $7::float8[], $8::text[])
      as p(aggregate, sequence, subject, body, state, attempts, delay, error)
    on conflict do nothing
    returning aggregate
"""
STANDING = """
    select a.last_sequence,
           array(select d.sequence from discarded d where d.aggregate = $1) as discarded
    from applied a where a.aggregate = $1
"""
WAITING = """
    select sequence, subject, body, state, attempts,
           state = 'waiting' or (state = 'retry' and next_try <= clock_timestamp()) as due
    from parked where aggregate = $1 order by sequence limit $2
"""
FORGET = "delete from parked where aggregate = $1 and sequence = $2"
FAILED = """
    update parked set state = $3, attempts = $4, error = $5,
                      next_try = clock_timestamp() + make_interval(secs => $6)
    where aggregate = $1 and sequence = $2
"""
GO_ON_SOON = """
    update parked set state = 'retry', next_try = clock_timestamp()
    where aggregate = $1 and sequence = $2 and state = 'waiting'
"""
SETTLE = """
    update applied set last_sequence = $2,
           parked = (select count(*) from parked where aggregate = $1)
    where aggregate = $1
"""


async def park(connection: asyncpg.Connection, events: Sequence[Parked]) -> int:
    """Keep events aside; how many were new."""
    rows = await connection.fetch(
        PARK,
        [parked.event.aggregate for parked in events],
        [parked.event.sequence for parked in events],
        [parked.event.subject for parked in events],
        [parked.event.body for parked in events],
        [parked.state for parked in events],
        [parked.attempts for parked in events],
        [parked.delay_seconds for parked in events],
        [parked.error for parked in events],
    )
    return len(rows)


def failed(event: Incoming, attempts: int, error: Exception) -> Parked:
    """Decide how an event that failed for the given time is tried again, if at all.

    One that waits for another owner is never given up: what it waits for can be hours late.
    """
    text = repr(error) if not isinstance(error, NotYet) else f"{NOT_YET}{error.what}"
    # PostgreSQL takes neither NUL nor half a surrogate pair, and an error may quote anything.
    text = text.replace("\x00", "\\x00").encode(errors="backslashreplace").decode()
    text = text[:ERROR_CHARACTERS_MAX]
    if isinstance(error, NotYet):
        delay = NOT_YET_SECONDS[min(attempts, len(NOT_YET_SECONDS)) - 1]
        return Parked(event, "retry", attempts, delay, text)
    if attempts <= len(RETRY_SECONDS):
        return Parked(event, "retry", attempts, RETRY_SECONDS[attempts - 1], text)
    return Parked(event, "dead", attempts, None, text)


async def attempt(
    connection: asyncpg.Connection, dispatch: Dispatch, events: Sequence[Incoming]
) -> Exception | None:
    """Apply events in a savepoint; the error when it is theirs, raised when it is the moment's."""
    await connection.execute("savepoint attempt")
    try:
        await dispatch.handle(connection, events)
        # A deferred constraint would otherwise fail the commit, and with it the whole batch.
        await connection.execute("set constraints all immediate; release savepoint attempt")
    except Exception as error:
        if is_transient(error, connection):
            raise
        await connection.execute("rollback to savepoint attempt; release savepoint attempt")
        return error
    return None


async def drain(
    connection: asyncpg.Connection, dispatch: Dispatch, aggregate: str, *, force: bool = False
) -> int:
    """Apply an aggregate's parked events in order, as far as they go; how many were applied.

    To be called under the applying lock. With `force` also those that are not due or given up.
    """
    standing = await connection.fetchrow(STANDING, aggregate)
    if standing is None:
        return 0
    last, discarded = standing["last_sequence"], set(standing["discarded"])
    applied = 0
    rows = await connection.fetch(WAITING, aggregate, DRAINED_MAX)
    for row in rows:
        last = _skip(last, discarded)
        if row["sequence"] > last:
            if row["sequence"] > last + 1 or not (row["due"] or force):
                break
            if not await _apply_head(connection, dispatch, aggregate, row):
                break
            last, applied = last + 1, applied + 1
        await connection.execute(FORGET, aggregate, row["sequence"])
    last = _skip(last, discarded)
    await connection.execute(SETTLE, aggregate, last)
    if len(rows) == DRAINED_MAX:
        await connection.execute(GO_ON_SOON, aggregate, last + 1)
    return applied


def _skip(last: int, discarded: set[int]) -> int:
    while last + 1 in discarded:
        last += 1
    return last


async def _apply_head(
    connection: asyncpg.Connection, dispatch: Dispatch, aggregate: str, row: Any
) -> bool:
    event = parse(row["subject"], row["body"])
    error: Exception | None
    if event.unreadable is None:
        error = await attempt(connection, dispatch, [event])
    else:
        error = ValueError(event.unreadable)
    if error is None:
        return True
    again = failed(event, row["attempts"] + 1, error)
    await connection.execute(
        FAILED,
        aggregate,
        row["sequence"],
        again.state,
        again.attempts,
        again.error,
        again.delay_seconds,
    )
    if again.state == "dead" != row["state"]:
        measures.alarm(
            "event given up",
            aggregate=aggregate,
            sequence=row["sequence"],
            error=again.error,
            **event.names(),
        )
    return False
