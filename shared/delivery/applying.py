"""Applies a batch of the stream in one transaction with the consumer's own position."""

from collections.abc import Sequence
from dataclasses import dataclass
from logging import DEBUG
from time import time_ns

import asyncpg
import structlog

from shared import telemetry, tracing
from shared.delivery import measures
from shared.delivery.connections import Lock, hold
from shared.delivery.handlers import Dispatch, NotYet
from shared.delivery.incoming import Incoming
from shared.delivery.parking import attempt, drain, failed, park
from shared.delivery.places import Parked, Placed, Standing, place

ADVANCE = """
    update reached set position = $2, event_id = $3
    where stream = $1 and position = $4 and event_id is not distinct from $5
"""
STANDINGS = """
    select k.aggregate, coalesce(a.last_sequence, 0) as last, coalesce(a.parked, 0) > 0 as held,
           array(select d.sequence from discarded d where d.aggregate = k.aggregate) as discarded
    from unnest($1::text[]) as k(aggregate) left join applied a using (aggregate)
"""
RECORD = """
    insert into applied (aggregate, last_sequence)
    select * from unnest($1::text[], $2::bigint[])
    on conflict (aggregate) do update set last_sequence = excluded.last_sequence
"""


DUE = """
    select aggregate from parked
    where state = 'retry' and next_try <= clock_timestamp() order by next_try limit $1
"""
RETRIED_MAX = 100
log = structlog.get_logger()


class Moved(Exception):
    """Somebody else moved the position (a rebuild was swapped in); read from the new one."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The last message applied: its position in the stream and its event id."""

    position: int
    event_id: str | None


@dataclass(frozen=True, slots=True)
class Applied:
    """Where a batch led, and how many of its events went into the park."""

    reached: Reached
    parked: int


class Applier:
    """The transaction every batch goes through; a rebuild runs the same one on its own tables."""

    def __init__(
        self, dispatch: Dispatch, *, service: str, stream: str, lock: Lock = Lock.APPLYING
    ) -> None:
        self.dispatch = dispatch
        self._service = service
        self._stream = stream
        self._lock = lock

    async def apply(
        self, connection: asyncpg.Connection, reached: Reached, batch: Sequence[Incoming]
    ) -> Applied:
        """Apply a batch whole or, on a passing error, not at all; raises Moved."""
        at = Reached(batch[-1].position, batch[-1].event_id)
        began_ns = time_ns()
        async with connection.transaction():
            await hold(connection, self._service, self._lock)
            await self._advance(connection, reached, at)
            standings = await _standings(connection, batch)
            before = {aggregate: standing.last for aggregate, standing in standings.items()}
            placed = place(batch, standings)
            await self._handle(connection, placed, standings)
            parked = await park(connection, placed.parked) if placed.parked else 0
            await _record(connection, standings, before)
            # Draining also counts anew what is parked.
            for aggregate in sorted(a for a, standing in standings.items() if standing.held):
                await drain(connection, self.dispatch, aggregate)
        _count(batch, placed)
        self._trace(placed.good, began_ns)
        return Applied(at, parked)

    async def drain(
        self, connection: asyncpg.Connection, aggregate: str, *, force: bool = False
    ) -> int:
        """Apply what is parked of an aggregate, as far as it goes, in a transaction of its own."""
        async with connection.transaction():
            await hold(connection, self._service, self._lock)
            return await drain(connection, self.dispatch, aggregate, force=force)

    async def retry(self, connection: asyncpg.Connection) -> int:
        """Try again what is due, a bounded number of aggregates; how many events were applied."""
        due = await connection.fetch(DUE, RETRIED_MAX)
        return sum([await self.drain(connection, row["aggregate"]) for row in due])

    async def _advance(self, connection: asyncpg.Connection, reached: Reached, at: Reached) -> None:
        done = await connection.execute(
            ADVANCE, self._stream, at.position, at.event_id, reached.position, reached.event_id
        )
        if done != "UPDATE 1":
            raise Moved

    async def _handle(
        self, connection: asyncpg.Connection, placed: Placed, standings: dict[str, Standing]
    ) -> None:
        """Apply the good events together, or one by one when something among them is poison."""
        if not placed.good or await attempt(connection, self.dispatch, placed.good) is None:
            return
        applied: list[Incoming] = []
        refused: list[Parked] = []
        bad: set[str] = set()
        for event in placed.good:
            if event.aggregate in bad:
                refused.append(Parked(event))
                continue
            error = await attempt(connection, self.dispatch, [event])
            if error is None:
                applied.append(event)
                continue
            _tell(event, error)
            bad.add(event.aggregate)
            standings[event.aggregate].last = event.sequence - 1
            standings[event.aggregate].held = True
            refused.append(failed(event, 1, error))
        placed.good = applied
        placed.parked += refused

    def _trace(self, events: Sequence[Incoming], began_ns: int) -> None:
        """Let each request be followed into what its facts did here, where anybody follows them."""
        if log.is_enabled_for(DEBUG):
            for event in events:
                names = event.names()
                log.debug("event applied", type=event.type, aggregate=event.aggregate, **names)
        if telemetry.records():
            applied = filter(None, (self._applied(event) for event in events))
            telemetry.applied(applied, since_ns=began_ns)

    def _applied(self, event: Incoming) -> telemetry.AppliedFact | None:
        told = tracing.of_event(event.message)
        if told is None:
            return None
        here = tracing.applying(told, str(event.message.get("id")), self._service)
        return telemetry.AppliedFact(event.type, told, here)


async def _standings(
    connection: asyncpg.Connection, batch: Sequence[Incoming]
) -> dict[str, Standing]:
    aggregates = sorted({event.aggregate for event in batch})
    return {
        row["aggregate"]: Standing(row["last"], row["held"], frozenset(row["discarded"]))
        for row in await connection.fetch(STANDINGS, aggregates)
    }


async def _record(
    connection: asyncpg.Connection, standings: dict[str, Standing], before: dict[str, int]
) -> None:
    changed = {
        aggregate: standing.last
        for aggregate, standing in standings.items()
        if standing.held or standing.last != before[aggregate]
    }
    if changed:
        await connection.execute(RECORD, list(changed), list(changed.values()))


def _tell(event: Incoming, error: Exception) -> None:
    """Write down what failed first, and which request told of it; what came too early is usual."""
    if isinstance(error, NotYet):
        return
    log.warning(
        "event parked",
        type=event.type,
        aggregate=event.aggregate,
        sequence=event.sequence,
        # Its words may quote what was to be written; they stand with the parked event.
        error=type(error).__name__,
        **event.names(),
    )


def _count(batch: Sequence[Incoming], placed: Placed) -> None:
    measures.BATCHES.inc()
    measures.EVENTS.labels("applied").inc(len(placed.good))
    measures.EVENTS.labels("duplicate").inc(placed.duplicates)
    measures.EVENTS.labels("parked").inc(len(placed.parked))
    unreadable = [event for event in batch if event.unreadable is not None]
    for event in unreadable:
        measures.alarm("unreadable event", position=event.position, error=event.unreadable)
