"""Carries out orders to count open clocks anew, each where it stands in the stream.

A due moves in one transaction with its ledger row, its fact, its next alarm and the counters.
What begins afterwards by an old calendar, `following` catches up with.
"""

from collections.abc import Sequence
from typing import Final, cast
from uuid import UUID

import asyncpg

from services.sla import calendars, counters
from services.sla.recalculation import candidates, overdue, writing
from services.sla.recalculation.candidates import Direction
from services.sla.tally import Tally
from shared.events import Envelope, Event, RecalculationOrdered
from shared.working_time import business_date

SUPERSEDED: Final = """
select exists(select from recalculation where calendar = $1 and calendar_version > $2)
"""
NOTE: Final = """
insert into recalculation (id, calendar, calendar_version, later_only, ground, ordered_at,
                           superseded, later, earlier, kept, as_told)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


async def recalculate(connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]) -> None:
    """Carry out orders one by one; raises NotYet for a calendar version that was not told."""
    for envelope in envelopes:
        order = cast(RecalculationOrdered, envelope.data)
        superseded = await connection.fetchval(SUPERSEDED, order.calendar, order.calendar_version)
        sums = (0, 0, 0, 0) if superseded else await _carry_out(connection, envelope, order)
        await connection.execute(
            NOTE,
            UUID(envelope.aggregate_id),
            order.calendar,
            order.calendar_version,
            order.later_only,
            order.ground,
            order.ordered_at,
            superseded,
            *sums,
        )


async def _carry_out(
    connection: asyncpg.Connection, envelope: Envelope[Event], order: RecalculationOrdered
) -> tuple[int, int, int, int]:
    """Move every clock whose due differs; how many later, earlier, kept, and told by others."""
    calendar = order.calendar, order.calendar_version
    working_time = (await calendars.load(connection, [calendar]))[calendar]
    sums = await candidates.find(connection, *calendar, working_time)
    spans = await writing.fill(connection, order.ordered_at, later_only=order.later_only)
    row = envelope.sequence, order.ordered_at, order.ground, *calendar
    for span in spans:
        await connection.execute(writing.LEDGER, *span, *row)
        await connection.execute(writing.CLOCKS, *span, order.calendar_version)
        await writing.tell(connection, span, calendar, envelope)
    await writing.set_alarms(connection, calendar, working_time)
    begun = business_date(min(order.ordered_at, envelope.recorded_at))
    # Counters come last: their rows are the ones that others could wait for.
    await counters.add(connection, Tally(), [begun])
    await overdue.add(connection)
    later, earlier, as_told = (sums[direction] for direction in Direction)
    return (later, 0, earlier, as_told) if order.later_only else (later, earlier, 0, as_told)
