"""II.06a of a province's quarter by field: `python -m tests.benchmarks.bench_reports [dossiers]`.

Aimed at: p95 ≤ 30 ms over 1,000,000 dossiers, ≤ 90 ms over 10,000,000, and there at least eight
times as fast as the same answer from the single dossiers with the best indexes.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local.testing import servers
from services.sla.reports import Group, Question, count
from shared import migrations
from shared.database import Database
from tests.benchmarks import province_counters
from tests.benchmarks.load import table
from tests.benchmarks.province import PROVINCE

DOSSIERS = 1_000_000
ROUNDS, ROUNDS_OF_FACTS = 60, 12
QUARTERS = (
    ("last quarter", date(2026, 7, 1), date(2026, 9, 30)),
    ("first quarter of the year before", date(2025, 1, 1), date(2025, 3, 31)),
)
FROM_DOSSIERS = """
select field, sum(received)::int, sum(online)::int, sum(carried)::int, sum(early)::int,
       sum(on_time)::int, sum(late)::int, sum(open)::int, sum(overdue)::int, sum(waiting)::int
  from (
    select field, count(*) as received,
           count(*) filter (where channel in ('online_full', 'online_partial', 'kiosk')) as online,
           0 as carried, 0 as early, 0 as on_time, 0 as late, 0 as open, 0 as overdue, 0 as waiting
      from lived
     where received_on between $1 and $2 and agency >= 'H20.' and agency < 'H20/' group by field
    union all
    select field, 0, 0, count(*) filter (where received_on < $1),
           count(*) filter (where ended_on <= $2 and verdict = 'early'),
           count(*) filter (where ended_on <= $2 and verdict = 'on_time'),
           count(*) filter (where ended_on <= $2 and verdict = 'late'),
           count(*) filter (where received_on <= $2 and ended_on > $2),
           count(*) filter (where received_on <= $2 and ended_on > $2 and due_on < $2), 0
      from lived where ended_on >= $1 and agency >= 'H20.' and agency < 'H20/' group by field
    union all
    select field, 0, 0, count(*) filter (where received_on < $1), 0, 0, 0, count(*),
           count(*) filter (where due_on < $2 and not waiting), count(*) filter (where waiting)
      from lived where ended_on is null and received_on <= $2
       and agency >= 'H20.' and agency < 'H20/' group by field
  ) as parts
 group by field order by field collate "C"
"""
COLUMNS = (
    *("received", "received_online", "carried_over", "early", "on_time", "late"),
    *("open", "overdue", "waiting"),
)

Ask = Callable[[], Awaitable[list[tuple[Any, ...]]]]


async def main(dossiers: int) -> None:
    """Fill the counters, then ask both ways."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory), PROVINCE) as running:
            connection = await asyncpg.connect(running.admin_url)
            await connection.execute("create database bench_reports")
            await connection.close()
            url = f"{running.admin_url.rpartition('/')[0]}/bench_reports"
            await asyncio.to_thread(migrations.upgrade, Path("services/sla/migrations"), url)
            connection = await asyncpg.connect(url)
            await province_counters.fill(connection, dossiers)
            rows = await measure(url, connection)
            await connection.close()
            sys.stdout.write(table([("dossiers", f"{dossiers:,}"), *rows]) + "\n")


async def measure(url: str, connection: asyncpg.Connection) -> list[tuple[str, str]]:
    """Rows of what each question took; both ways must answer alike."""
    database = Database(url, connections_max=2)
    rows: list[tuple[str, str]] = []
    for name, first, last in QUARTERS:

        async def by_counters(first: date = first, last: date = last) -> list[tuple[Any, ...]]:
            question = Question(first, last, ("H20",), (Group.FIELD,))
            async with database.sessions() as session:
                counted = await count(session, question)
            return [(row["field"], *(row[column] for column in COLUMNS)) for row in counted]

        async def by_dossiers(first: date = first, last: date = last) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await connection.fetch(FROM_DOSSIERS, first, last)]

        if await by_counters() != await by_dossiers():
            raise AssertionError(f"{name}: the counters and the dossiers differ")
        quick = await _timed(by_counters, ROUNDS)
        slow = await _timed(by_dossiers, ROUNDS_OF_FACTS)
        ratio = statistics.median(slow) / statistics.median(quick)
        rows += [
            (name, _told(quick)),
            ("  from the dossiers", f"{_told(slow)} ({ratio:.1f} × as long)"),
        ]
    await database.close()
    return rows


async def _timed(ask: Ask, rounds: int) -> list[float]:
    """Milliseconds of each round, sorted; the first ones, which plan, do not count."""
    for _ in range(2):
        await ask()
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await ask()
        took.append(1000 * (time.perf_counter() - begun))
    return sorted(took)


def _told(took: Sequence[float]) -> str:
    p95 = took[int(0.95 * len(took))]
    return f"p50 {statistics.median(took):.1f} ms, p95 {p95:.1f} ms, max {took[-1]:.1f} ms"


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else DOSSIERS))
