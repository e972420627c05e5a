"""The late list as a file: `python -m tests.benchmarks.bench_report_exports [dossiers]`.

Aimed at: 100,000 rows in less than 60 s, CSV and XLSX, with the same memory for any number.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import asyncpg

from deploy.local.testing import servers
from services.sla.reports import Question
from services.sla.reports.late import all_late
from services.sla.reports.lists import LATE, late_rows
from shared import migrations
from shared.database import Database
from shared.sheets import csv_chunks, xlsx_chunks
from tests.benchmarks.load import table

DOSSIERS = 100_000
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)

# Each ends three days late, two in every hundred are overdue still.
CLOCKS = """
insert into clock (dossier, code, agency, receiving_agency, procedure, procedure_version, field,
    channel, level, counted, same_day, calendar, calendar_version, phase, accepted_at, started_at,
    began_at, since, due_at, due_on, promised_at, open_pauses, restart, reappointed, used_minutes,
    waited_minutes, granted, restarts, supplements, ended_at, outcome, verdict, last_at, last_on,
    sequence, entries)
select gen_random_uuid(), 'H20.100-' || n, 'H20.' || 100 + n % 169, 'H20.100', '1.001193', 1,
       'Hộ tịch', 'counter', 'commune', true, false, 'LICH', 1,
       case when open then 'running' else 'ended' end, began, began, began, began,
       began + interval '10 days', began::date + 10, began + interval '10 days', '', false, false,
       0, 0, 0, 0, 0, case when not open then began + interval '13 days' end,
       case when not open then 'approved' end, case when not open then 'late' end,
       began, began::date, 0, case when open then 1 else 2 end
  from (select n, n % 50 = 0 as open,
               '2026-01-01 02:00Z'::timestamptz + n % 70 * interval '1 day' as began
          from generate_series(1, $1::int) as n) as lives
"""
STARTED = """
insert into ledger (dossier, place, source, source_sequence, entry, kind, at, on_day, agency,
    due_at, used_minutes, calendar, calendar_version, told, stand)
select dossier, 1, 'dossier', 1, 0, 'started', began_at, began_at::date, agency, due_at, 0,
       calendar, 1, false, 'running' from clock
"""
ENDED = """
insert into ledger (dossier, place, source, source_sequence, entry, kind, at, on_day, agency,
    due_at, used_minutes, calendar, calendar_version, told, stand, outcome, verdict)
select dossier, 2, 'dossier', 2, 0, 'ended', ended_at, ended_at::date, agency, due_at, 0, calendar,
       1, false, 'ended', 'approved', 'late' from clock where phase = 'ended'
"""


async def main(dossiers: int) -> None:
    """Fill clocks and ledger with late dossiers, and write the list both ways."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory)) as running:
            connection = await asyncpg.connect(running.admin_url)
            await connection.execute("create database bench_exports")
            await connection.close()
            url = f"{running.admin_url.rpartition('/')[0]}/bench_exports"
            await asyncio.to_thread(migrations.upgrade, Path("services/sla/migrations"), url)
            connection = await asyncpg.connect(url)
            await connection.execute(CLOCKS, dossiers)
            await connection.execute(STARTED)
            await connection.execute(ENDED)
            await connection.execute("vacuum analyze")
            await connection.close()
            rows = [("late dossiers", f"{dossiers:,}"), *await measure(url)]
            sys.stdout.write(table(rows) + "\n")


async def measure(url: str) -> list[tuple[str, str]]:
    """Rows of what each kind of file took."""
    database = Database(url, connections_max=2)
    told = []
    for name, write in (("CSV", csv_chunks), ("XLSX", xlsx_chunks)):
        told.append((name, await _timed(database, write)))
    await database.close()
    return told


async def _timed(database: Database, write: Callable[..., AsyncIterator[bytes]]) -> str:
    begun, size = time.perf_counter(), 0
    rows = late_rows(all_late(database, Question(FIRST, LAST, ("H20",)), None))
    async for chunk in write(LATE, rows):
        size += len(chunk)
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{took:.1f} s, {size / 1e6:.1f} MB, at most {peak:.0f} MB of memory"


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else DOSSIERS))
