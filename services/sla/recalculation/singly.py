"""Counts clocks anew one by one, with what their ledgers say of waits."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg

from services.sla import calendars, clocks
from services.sla.recalculation import waits
from services.sla.recalculation.counting import Counted, anew
from shared.working_time import WorkingTime


class Anew(NamedTuple):
    """A clock's dossier, its present due, and its due by another calendar: None if no count."""

    dossier: str
    due_at: datetime | None
    counted: Counted | None


async def count(
    connection: asyncpg.Connection, rows: Sequence[asyncpg.Record], proposed: WorkingTime
) -> Iterator[Anew]:
    """Count rows of clocks by the proposed calendar: two statements, whatever their number."""
    found = [clocks.read(row) for row in rows]
    times = await calendars.load(connection, {one.calendar for one in found})
    lapsed = {one.dossier: one.clock for one in found if one.clock.lapsed}
    lapses = await waits.load(connection, lapsed)
    return (
        Anew(
            one.dossier,
            one.clock.due_at,
            anew(one.clock, lapses.get(one.dossier, ()), times[one.calendar], proposed),
        )
        for one in found
    )
