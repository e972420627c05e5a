"""A holiday declared among a million open clocks: `python -m tests.benchmarks.bench_recalculation`.

Aims, for 1,000,000 open clocks of which it touches half, on two cores: the preview takes at most
3 s; the order at most 20 s with ledger, facts, alarms, single lives and counters. Another number
of clocks may be given.
"""

import asyncio
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from deploy.local.testing import servers
from services.sla.previews.counting import count
from shared.events import RecalculationOrdered
from shared.working_time import Limit, LimitUnit
from tests.benchmarks.bench_sla import fresh
from tests.benchmarks.province import PROVINCE
from tests.sla.factories import (
    CALENDAR,
    WORKING_TIME,
    at,
    make_calendar,
    published,
    with_holiday,
    wrap,
)
from tests.sla.stream import deliver

CLOCKS = 1_000_000
FIRST_DAY = at("2026-03-02 00:00")
DAYS = 26
NOW = at("2026-03-27 17:00")
HOLIDAY = date(2026, 4, 1)
LIMITS = (1, 3, 5, 10, 15, 20)

STARTS = """
create temp table start (number integer primary key, began timestamptz, days numeric,
                         due timestamptz)
"""
# One in twenty waited for a day, one in twenty waits now.
CLOCK = """
insert into clock (dossier, code, agency, receiving_agency, procedure, procedure_version, field,
    channel, level, limit_value, limit_unit, same_day, calendar, calendar_version, phase,
    accepted_at, started_at, began_at, since, due_at, due_on, promised_at, open_pauses, restart,
    reappointed, used_minutes, waited_minutes, granted, restarts, supplements, last_at, last_on,
    sequence, entries, lapsed)
select uuidv7(), 'H20-' || n, 'H20.' || 100 + agency, 'H20.' || 100 + agency,
    '1.' || procedure, 1, 'Lĩnh vực ' || procedure % 30, 'kênh ' || n % 5, 'commune', days,
    'working_day', false,
    $1, 1, case when n % 20 = 1 then 'waiting' else 'running' end, began, began, began,
    case when n % 20 < 2 then began + interval '1 day' else began end, due,
    (due + interval '7 hours')::date, due,
    case when n % 20 = 1 then 'supplement/1' else '' end, false, false, 0, 0, 0, 0,
    (n % 20 < 2)::int, began, (began + interval '7 hours')::date, 0,
    case when n % 20 = 0 then 3 when n % 20 = 1 then 2 else 1 end, n % 20 = 0
  from (select n, (170 * random() ^ 1.4)::int as agency, (137 * random() ^ 2.5)::int as procedure
          from generate_series(1, $2::int) as n) as mixed
  join start on start.number = 1 + (n::bigint * 7919) % (select count(*) from start)
 order by start.began
"""
LEDGER = """
insert into ledger (dossier, place, source, source_sequence, entry, kind, at, on_day, agency, pause,
    due_at, used_minutes, calendar, calendar_version, told, stand)
select dossier, place, 'dossier', place + 1, 0, kind, began_at, last_on, agency, pause, due_at,
       0, calendar, 1, false, stand
  from clock
 cross join lateral (values
    (1, 'started', null, 'running', true),
    (2, 'paused', 'supplement/1', 'waiting', lapsed or phase = 'waiting'),
    (3, 'resumed', 'supplement/1', 'running', lapsed)) as entry (place, kind, pause, stand, holds)
 where holds
 order by dossier, place
"""
LIFE = """
insert into life (dossier, code, counted, agency, receiving_agency, boundary_free, procedure,
    procedure_version, field, level, channel, way_of_return, filed_at, accepted_at, received_on,
    due_at, due_on, waited_minutes, supplements, recalls, reappointed, apologised, digital_papers,
    reused_papers, digital_result, fees_demanded, fees_paid, paid_online)
select dossier, code, true, agency, receiving_agency, false, procedure, 1, field, level, channel,
    'counter', accepted_at, accepted_at, last_on, due_at, due_on, 0, 0, 0, false, false, 0, 0,
    false, 0, 0, false
  from clock order by dossier
"""
ALARMS = """
insert into alarm_clock (dossier, next_at) select dossier, due_at from clock
 where phase = 'running' order by dossier
"""
PREVIEW = """
insert into calendar_preview (id, calendars, previewed_at) values ($1, $2, $3)
"""
PREVIEWED = """
insert into previewed_calendar (preview, code, version, definition) values ($1, $2, 2, $3)
"""


def starts() -> Iterator[tuple[Any, ...]]:
    """Every working minute of five weeks with every limit, and when it is due."""
    number = 0
    for minute in range(DAYS * 24 * 60):
        began = FIRST_DAY + timedelta(minutes=minute)
        if not WORKING_TIME.is_working(began):
            continue
        for days in LIMITS:
            number += 1
            due = WORKING_TIME.due(began, Limit(days, LimitUnit.WORKING_DAY))
            yield number, began, Decimal(days), due


async def fill(connection: asyncpg.Connection, clocks: int) -> None:
    """Open clocks with their ledgers, lives and alarms."""
    await connection.execute(STARTS)
    await connection.copy_records_to_table("start", records=starts())
    await connection.execute(CLOCK, CALENDAR, clocks, timeout=600)
    for statement in (LEDGER, LIFE, ALARMS):
        await connection.execute(statement, timeout=600)
    await connection.execute("vacuum analyze", timeout=600)


async def timed(what: str, work: Awaitable[None]) -> None:
    """Say how long it took, of which in Python, and the memory it came to."""
    begun, cpu = time.perf_counter(), time.process_time()
    await work
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {took:.1f} s ({cpu:.1f} s of Python, at most {memory:.0f} MB)")


async def preview(connection: asyncpg.Connection) -> None:
    """Count what the holiday would move."""
    calendar = with_holiday(make_calendar(), HOLIDAY)
    one = uuid.uuid4()
    definition = orjson.dumps(calendar.model_dump(mode="json")).decode()
    await connection.execute(PREVIEW, one, [CALENDAR], NOW)
    await connection.execute(PREVIEWED, one, CALENDAR, definition)
    async with connection.transaction():
        await count(connection, one, NOW)
    moved, minutes = await connection.fetchrow(
        "select sum(later + earlier), sum(counted) from preview_agency"
    )
    print(f"{moved:,} of {minutes:,} would move")


async def order(connection: asyncpg.Connection) -> None:
    """Declare the holiday and count anew."""
    fact = RecalculationOrdered(
        calendar=CALENDAR,
        calendar_version=2,
        later_only=True,
        ground="Nghỉ bù",
        ordered_by="lanh-dao",
        ordered_at=NOW,
    )
    await deliver(connection, [wrap(fact, str(uuid.uuid4()), recorded_at=NOW)])


async def main(clocks: int) -> None:
    """Fill, preview, order."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory), PROVINCE) as running:
            url = await fresh(running.admin_url, "bench_recalculation")
            connection = await asyncpg.connect(url, server_settings={"jit": "off"})
            await fill(connection, clocks)
            await timed("preview", preview(connection))
            await deliver(connection, [published(with_holiday(make_calendar(), HOLIDAY))])
            await timed("order", order(connection))
            print(await connection.fetchrow("select * from recalculation"))
            await connection.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CLOCKS))
