"""Estimates, limit cuts and signals: `python -m tests.benchmarks.bench_estimates [lives]`.

Aimed at over 1,000,000 lives of three years: the estimate of the most frequent procedure p95
≤ 80 ms when no answer is kept, the limit cuts of a province's year and its signals ≤ 1.5 s.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local.testing import servers
from services.sla.consumers import HANDLERS
from services.sla.estimates import histograms, times
from services.sla.estimates.histograms import Period
from services.sla.signals import reading
from services.sla.signals.definitions import SIGNALS
from services.sla.signals.reading import Asked
from shared import migrations
from shared.events import AgencyChanged, Method, ProcedurePublished
from shared.working_time import VIETNAM_TIME
from tests.benchmarks.load import table
from tests.benchmarks.province import PROVINCE
from tests.sla.factories import make_agency, make_method, make_procedure, working_days, wrap

LIVES = 1_000_000
ROUNDS, ROUNDS_OF_A_PROVINCE = 60, 8
AGENCIES, PROCEDURES = 169, 137
FIRST, DAYS = date(2023, 10, 1), 1_096
NOW = datetime(2026, 10, 1, 8, tzinfo=VIETNAM_TIME)
QUARTER = date(2026, 7, 1), date(2026, 9, 30)
YEAR = date(2025, 10, 1), date(2026, 9, 30)
FREQUENT, AGENCY = "1.000000", "H20.100"

# As in life, the rows of a month lie together, and nine of ten have their result.
FILL = """
insert into life
select gen_random_uuid(), 'H20-' || n, true, agency, agency, null, false, name, 1,
       'Lĩnh vực ' || (place % 30), 'commune', 'counter', 'counter', days, 'working_day',
       begun, begun, begun::date, begun + days * interval '1.4 day',
       (begun + days * interval '1.4 day')::date,
       case when ended then begun + took * interval '1.4 day' end,
       case when ended then begun::date + (took * 1.4)::int end,
       case when ended then
            (array['approved', 'refused', 'withdrawn'])[1 + floor(2.05 * r)::int] end,
       case when ended then case when took <= days then 'on_time' else 'late' end end,
       case when ended then floor(took * 480)::int end, case when r < 0.1 then 960 else 0 end,
       days * 480, 0, 0, false, false, null, null,
       case when ended and r < 0.98 then begun + (took + 3) * interval '1.4 day' end, null,
       2, 0, false, 0, 0, false
  from (
    select n, 'H20.' || (100 + floor($1::int * power(random(), 1.4))::int) as agency,
           floor($2::int * power(random(), 2.5))::int as place,
           $3::date + (n::bigint * $4::int / $5::int)::int * interval '1 day'
               + interval '1 hour' as begun,
           random() as r, random() < 0.9 as ended, -ln(1 - random()) * 2 as took
      from generate_series(1, $5::int) as n
  ) as drawn
 cross join lateral (select 3 + place % 20 as days, '1.' || lpad(place::text, 6, '0') as name) as p
"""
SIGNALS_OF = """
insert into signal
select dossier, 2, (array['due_moved_in_last_day', 'supplement_in_last_day',
                          'bulk_results_off_hours'])[1 + floor(3 * random())::int],
       agency, ended_at, due_at, null
  from life where ended_at is not null and random() < 0.03
"""

Ask = Callable[[], Awaitable[Any]]


async def main(lives: int) -> None:
    """Fill a province's lives, then ask."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory), PROVINCE) as running:
            connection = await asyncpg.connect(running.admin_url)
            await connection.execute("create database bench_estimates")
            await connection.close()
            url = f"{running.admin_url.rpartition('/')[0]}/bench_estimates"
            await asyncio.to_thread(migrations.upgrade, Path("services/sla/migrations"), url)
            connection = await asyncpg.connect(url, server_settings={"jit": "off"})
            await fill(connection, lives)
            rows = await measure(connection)
            await connection.close()
            sys.stdout.write(table([("lives", f"{lives:,}"), *rows]) + "\n")


async def fill(connection: asyncpg.Connection, lives: int) -> None:
    """Lives and signals by statement; what the catalogue says by event."""
    limit = make_method(1, Method.DIRECT, working_days(3))
    procedure, agency = make_procedure(limit, code=FREQUENT), make_agency(AGENCY)
    await HANDLERS[ProcedurePublished](connection, [wrap(procedure, FREQUENT)])
    await HANDLERS[AgencyChanged](connection, [wrap(agency, AGENCY)])
    await connection.execute(FILL, AGENCIES, PROCEDURES, FIRST, DAYS, lives)
    await connection.execute(SIGNALS_OF)
    for name in ("life", "signal"):
        await connection.execute(f"vacuum analyze {name}")


async def measure(connection: asyncpg.Connection) -> list[tuple[str, str]]:
    """Rows of what each question took."""
    on, everywhere = NOW.date(), Period(*YEAR, None)
    quarter = Asked(*QUARTER, None, NOW)
    questions: tuple[tuple[str, int, Ask], ...] = (
        ("estimate, province", ROUNDS, lambda: times.estimate(connection, FREQUENT, None, on)),
        ("estimate, commune", ROUNDS, lambda: times.estimate(connection, FREQUENT, AGENCY, on)),
        (
            "limit cuts of a year, province",
            ROUNDS_OF_A_PROVINCE,
            lambda: histograms.candidates(connection, everywhere, by_agency=False),
        ),
        (
            "limit cuts of a year, commune",
            ROUNDS_OF_A_PROVINCE,
            lambda: histograms.candidates(connection, Period(*YEAR, [AGENCY]), by_agency=True),
        ),
        (
            "signals of a quarter, province",
            ROUNDS_OF_A_PROVINCE,
            lambda: reading.count(connection, quarter),
        ),
        (
            "a page of a signal's dossiers",
            ROUNDS_OF_A_PROVINCE,
            lambda: reading.list_dossiers(connection, SIGNALS[-1], quarter, None, 51),
        ),
    )
    return [(name, _told(await _timed(ask, rounds))) for name, rounds, ask in questions]


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
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else LIVES))
