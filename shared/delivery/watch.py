"""Looks at the delivery tasks from outside: measures for a dashboard, and whether all is well."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic, time
from typing import Any

import asyncpg
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import NotFoundError

from shared.delivery import measures
from shared.delivery.broker import jetstream
from shared.delivery.connections import AWAY, connect

LOOK_SECONDS = 2.0
STALE_SECONDS = 10.0
OUTBOX_COUNTED_MAX = 10_000
OUTBOX_AGE_SECONDS_MAX = 60.0
PARKED_AGE_SECONDS_MAX = 300

OUTBOX = """
    select (select count(*) from (select from outbox limit $1) counted) as rows,
           (select id from outbox order by position limit 1) as oldest
"""
PARKED = """
    select state, count(*) as events,
           extract(epoch from clock_timestamp() - min(parked_at))::float8 as age
    from parked group by state
"""
log = structlog.get_logger()


@dataclass(slots=True)
class Findings:
    """What the last look found; everything is unknown before the first."""

    looked_at: float = field(default=-STALE_SECONDS)
    outbox_age_seconds: float = 0.0
    parked_alarm: bool = False

    @property
    def database(self) -> bool:
        """Whether the database answered lately."""
        return monotonic() - self.looked_at < STALE_SECONDS

    @property
    def outbox(self) -> bool:
        """Whether facts leave the outbox in time."""
        return self.outbox_age_seconds < OUTBOX_AGE_SECONDS_MAX


class Watch:
    """Looks every few seconds, on a connection of its own; waits out whatever is away."""

    def __init__(
        self,
        database_url: str,
        *,
        outbox: bool,
        stream: str | None,
        subjects: Sequence[str] = (),
    ) -> None:
        self._url = database_url
        self.client: Client | None = None
        self._outbox = outbox
        self._stream = stream
        self._subjects = subjects
        self.findings = Findings()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                async with connect(self._url) as connection:
                    while True:
                        await self._look(connection)
                        await asyncio.sleep(LOOK_SECONDS)
            except AWAY as trouble:
                log.debug("nothing to see", error=repr(trouble))
                await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, connection: asyncpg.Connection) -> None:
        if self._outbox:
            await self._look_at_outbox(connection)
        else:
            await connection.fetchval("select 1")
        if self._stream is not None:
            await self._look_at_parked(connection)
        self.findings.looked_at = monotonic()
        if self._stream is not None:
            await self._look_at_lag(connection, self._stream)

    async def _look_at_outbox(self, connection: asyncpg.Connection) -> None:
        row = await connection.fetchrow(OUTBOX, OUTBOX_COUNTED_MAX)
        self.findings.outbox_age_seconds = age_of(row["oldest"]) if row["oldest"] else 0.0
        measures.OUTBOX_ROWS.set(row["rows"])
        measures.OUTBOX_AGE.set(self.findings.outbox_age_seconds)

    async def _look_at_parked(self, connection: asyncpg.Connection) -> None:
        rows = {row["state"]: row for row in await connection.fetch(PARKED)}
        for state in measures.PARKED_STATES:
            measures.PARKED.labels(state).set(rows[state]["events"] if state in rows else 0)
        age = max((row["age"] for row in rows.values()), default=0.0)
        alarm = "dead" in rows or age > PARKED_AGE_SECONDS_MAX
        if alarm and not self.findings.parked_alarm:
            counts: dict[str, Any] = {state: row["events"] for state, row in rows.items()}
            measures.alarm("parked events need an operator", age_seconds=round(age), **counts)
        self.findings.parked_alarm = alarm
        measures.PARKED_AGE.set(age)
        measures.PARKED_ALARM.set(alarm)

    async def _look_at_lag(self, connection: asyncpg.Connection, stream: str) -> None:
        """Counted to the stream's end, in which the facts of others' interest stand as well.

        Whether one is for us is asked, or a quiet service would seem to fall ever further behind.
        """
        if self.client is None or not self.client.is_connected:
            return
        position = await connection.fetchval(
            "select position from reached where stream = $1", stream
        )
        js = jetstream(self.client)
        last = (await js.stream_info(stream)).state.last_seq
        ages = await asyncio.gather(
            *(_age_of_next(js, stream, position or 0, subject) for subject in self._subjects)
        )
        waiting = [age for age in ages if age is not None]
        measures.LAG.set(max(0, last - (position or 0)) if waiting else 0)
        measures.LAG_SECONDS.set(max(waiting, default=0.0))


async def _age_of_next(
    js: JetStreamContext, stream: str, position: int, subject: str
) -> float | None:
    """Seconds since the first event of a subject after the position was made, if there is one."""
    try:
        message = await js.get_msg(stream, seq=position + 1, subject=subject, next=True)
    except NotFoundError:
        return None
    try:
        return age_of(uuid.UUID((message.headers or {})[Header.MSG_ID.value]))
    except (KeyError, ValueError):
        # Not written by a relay of ours: it waits, and nobody knows since when.
        return 0.0


def age_of(event_id: uuid.UUID) -> float:
    """Seconds since an event's id was made: version 7 begins with its milliseconds."""
    return max(0.0, time() - (event_id.int >> 80) / 1000)
