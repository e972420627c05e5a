"""Alarms over a million open clocks: `python -m tests.benchmarks.bench_alarms [clocks]`.

Aims, for 1,000,000: a hundredth of them due are raised exactly once each in 2 s by two worker
processes, one of which is killed with -9 in the middle; setting the next alarm of a clock whose
due moved costs at most 4 µs of Python.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import asyncpg

from deploy.local.testing import servers
from services.sla.alarms import backlog, history, keeping, ladders, schedule
from services.sla.alarms.backlog import By
from services.sla.alarms.schedule import Running
from services.sla.calendars import WorkingTimes
from tests.benchmarks.bench_sla import fresh
from tests.benchmarks.province import PROVINCE
from tests.sla.alarm_worker import release, spawn
from tests.sla.factories import CALENDAR, WORKING_TIME, at
from tests.waiting import until

CLOCKS = 1_000_000
CHUNK = 50_000
TWO_DAYS = 960
NOW = at("2026-03-16 08:00")
TIMES: WorkingTimes = {(CALENDAR, 1): WORKING_TIME}

FILL = """
insert into clock (dossier, code, agency, receiving_agency, procedure, procedure_version, field,
    channel, level, limit_value, limit_unit, same_day, calendar, calendar_version, phase,
    accepted_at, started_at, began_at, since, due_at, due_on, promised_at, open_pauses, restart,
    reappointed, used_minutes, waited_minutes, granted, restarts, supplements, last_at, last_on,
    sequence, entries)
select gen_random_uuid(), 'H20-' || n, 'H20.' || 100 + n % 170, 'H20.' || 100 + n % 170,
    '1.' || n % 137, 1, 'Lĩnh vực ' || n % 30, 'counter', 'commune', 10, 'working_day', false, $1,
    1, 'running', begun, begun, begun, begun, due, (due + interval '7 hours')::date, due, '', false,
    false, 0, 0, 0, 0, 0, begun, begun::date, 0, 1
  from (select n, begun, begun + interval '14 days' as due
          from (select n, $2::timestamptz - case when n % 100 = 0 then interval '14 days'
                                                 else (n % 30 + 1) * interval '4 minutes'
                                            end as begun
                  from generate_series(1, $3::int) as n) as dated) as counted
"""
READ = """
select dossier::text, agency, procedure, accepted_at, calendar, calendar_version, due_at, since,
       used_minutes, last_at from clock
"""
TOLD = "select count(*) >= $1 from outbox"
COUNT = """
select (select count(*) from alarm), (select count(distinct dossier) from alarm),
       (select count(*) from outbox)
"""


async def set_all(connection: asyncpg.Connection) -> None:
    """Set every clock's next alarm in chunks, as a recalculation does."""
    running = [
        Running._make((*row[:4], (row[4], row[5]), *row[6:]))
        for row in await connection.fetch(READ)
    ]
    known, raised = ladders.Ladders([]), history.History([])
    begun = time.process_time()
    for one in running:
        ladder = known.of(one.agency, one.procedure, one.accepted_at)
        told = raised.of(one.dossier, one.due_at)
        schedule.next_at(ladder, one, told, WORKING_TIME)
    pure = time.process_time() - begun
    begun, cpu = time.perf_counter(), time.process_time()
    for first in range(0, len(running), CHUNK):
        async with connection.transaction():
            await keeping.reschedule(connection, running[first : first + CHUNK], TIMES)
    whole, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(
        f"{len(running):,} next alarms set in {whole:.1f} s; {1e6 * pure / len(running):.1f} µs of "
        f"arithmetic and {1e6 * cpu / len(running):.1f} µs of Python a clock"
    )


async def sweep(connection: asyncpg.Connection, url: str, due: int) -> None:
    """Let two workers raise what is due, kill one in the middle, and count what was told."""
    killed, other = await asyncio.gather(*(spawn(url, NOW) for _ in range(2)))
    begun = time.perf_counter()
    release(killed)
    release(other)
    await until(lambda: connection.fetchval(TOLD, due // 3), seconds=30, what="a third of them")
    os.kill(killed.pid, signal.SIGKILL)
    await asyncio.gather(killed.wait(), other.wait())
    took = time.perf_counter() - begun
    alarms, distinct, told = await connection.fetchrow(COUNT)
    print(
        f"{due:,} due: {alarms:,} raised, {distinct:,} distinct, {told:,} told in {took:.2f} s; "
        "one of two workers was killed in the middle"
    )


async def ask(connection: asyncpg.Connection) -> None:
    """Count the backlog of everywhere, and of one agency."""
    for what, agencies, by in (
        ("everywhere by agency", None, By.AGENCY),
        ("everywhere by officer", None, By.OFFICER),
        ("one agency by officer", ["H20.100"], By.OFFICER),
    ):
        await backlog.count(connection, agencies, by, TWO_DAYS, NOW)
        begun = time.perf_counter()
        rows = await backlog.count(connection, agencies, by, TWO_DAYS, NOW)
        took = 1e3 * (time.perf_counter() - begun)
        print(f"backlog {what}: {len(rows):,} rows in {took:.0f} ms")


async def main(clocks: int) -> None:
    """Fill, set, sweep."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory), PROVINCE) as running:
            url = await fresh(running.admin_url, "bench_alarms")
            connection = await asyncpg.connect(url)
            await connection.execute(FILL, CALENDAR, NOW, clocks)
            await connection.execute("vacuum analyze clock")
            await set_all(connection)
            await connection.execute("vacuum analyze alarm_clock")
            await ask(connection)
            await sweep(connection, url, clocks // 100)
            await connection.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CLOCKS))
