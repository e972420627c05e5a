"""Drafts of letters among open clocks: `python -m tests.benchmarks.bench_apologies [clocks]`.

Aims, for 1,000,000 clocks of which a hundredth are late: all drafts made and all missed letters
told in 5 s, a sweep that finds nothing new 0.5 s, a page of what one agency owes 20 ms.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from deploy.local.testing import servers
from services.sla.apologies import counting, owed
from services.sla.apologies.desk import Desk
from services.sla.apologies.drafting import keep_drafts_at
from services.sla.settings import SlaSettings
from shared.database import Database
from shared.identity import Principal
from tests.benchmarks.bench_alarms import CLOCKS, FILL, NOW
from tests.benchmarks.bench_sla import fresh
from tests.sla.factories import CALENDAR

COUNT = """
select count(*), count(distinct dossier), count(missed_at), (select count(*) from outbox)
  from apology
"""
ASKED = 20


async def sweeps(database: Database, connection: asyncpg.Connection) -> None:
    """Make the drafts, and sweep again when there is nothing to do."""
    for what in ("first sweep", "second sweep", "third sweep"):
        begun = time.perf_counter()
        await keep_drafts_at(database, NOW)
        took = time.perf_counter() - begun
        drafts, dossiers, missed, told = await connection.fetchrow(COUNT)
        print(
            f"{what}: {took:.2f} s; {drafts:,} drafts of {dossiers:,} dossiers,"
            f" {missed:,} missed, {told:,} told"
        )
        await connection.execute("vacuum analyze apology")


async def ask(connection: asyncpg.Connection, agency: str) -> None:
    """List and count what is owed, and count a month's letters."""
    principal = Principal("bench", frozenset(), (agency,))
    desk = Desk(principal, NOW, SlaSettings.model_construct())
    day = NOW.date()
    questions: dict[str, Callable[[], Awaitable[object]]] = {
        "page of owed": lambda: owed.list_owed(connection, desk, None, after=None, limit=50),
        "owed by agency": lambda: owed.count_owed(connection, desk, None),
        "month's letters": lambda: counting.late(connection, desk.grants, day.replace(day=1), day),
    }
    for what, question in questions.items():
        times = []
        for _ in range(ASKED):
            begun = time.perf_counter()
            await question()
            times.append(1e3 * (time.perf_counter() - begun))
        print(f"{agency}: {what}: median {sorted(times)[ASKED // 2]:.1f} ms")


async def main(clocks: int) -> None:
    """Fill, sweep, ask."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory)) as running:
            url = await fresh(running.admin_url, "bench_apologies")
            connection = await asyncpg.connect(url)
            await connection.execute(FILL, CALENDAR, NOW, clocks)
            await connection.execute("vacuum analyze clock")
            database = Database(url, connections_max=2)
            await sweeps(database, connection)
            for agency in ("H20.100", "*"):
                await ask(connection, agency)
            await database.close()
            await connection.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CLOCKS))
