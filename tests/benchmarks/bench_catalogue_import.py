"""How long a catalogue takes to come in: `python -m tests.benchmarks.bench_catalogue_import`.

Five thousand records, a tenth of them broken; kept, read and compared, approved and published.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop

from deploy.local.testing import servers
from services.procedures.imports import decisions, queries, uploads
from services.procedures.imports.publishing import publish_approved
from services.procedures.imports.reading import read_waiting
from services.procedures.imports.views import ImportView
from services.procedures.models import ImportForm
from shared import garbage, migrations
from shared.database import Database
from tests.benchmarks.load import table
from tests.procedures.many_records import generate

RECORDS = 5_000
BROKEN_SHARE = 0.1
PIECE_BYTES = 64 * 1024
READ_SECONDS_MAX = 60
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
DAY = date(2026, 3, 2)


async def main() -> None:
    """Start the servers; the measure runs on the loop that workers use, which cannot start them."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory)) as running:
            url = await _fresh(running.admin_url)
            rows = await asyncio.to_thread(lambda: uvloop.run(measure(url)))
            sys.stdout.write(table(rows) + "\n")


async def measure(url: str) -> list[tuple[str, str]]:
    """Rows of what each part took, wall clock and processor of this process."""
    garbage.settle()
    content = b"".join(generate(RECORDS, BROKEN_SHARE))
    database = Database(url, connections_max=4)
    began, cpu = time.perf_counter(), time.process_time()
    rows: list[tuple[str, str]] = []

    def told(what: str) -> None:
        nonlocal began, cpu
        took = time.perf_counter() - began, time.process_time() - cpu
        rows.append((what, f"{took[0]:.1f} s, of the processor {took[1]:.1f} s"))
        began, cpu = time.perf_counter(), time.process_time()

    identity = await _kept(database, content)
    told(f"keep {len(content) / 2**20:.1f} MiB")
    await read_waiting(database)
    told(
        f"read and compare {RECORDS:,} records, {BROKEN_SHARE:.0%} broken (≤ {READ_SECONDS_MAX} s)"
    )
    choice = decisions.Choice(items=None, incomplete_reason="Đo thử.")
    async with database.transaction() as session:
        await decisions.approve(session, identity, choice, by="bench", at=AT)
    await publish_approved(database)
    told("approve and publish what is sound")
    again = await _kept(database, content)
    await read_waiting(database)
    told("keep and read the same once more, all published by now")
    for number in (identity, again):
        async with database.sessions() as session:
            rows.append(("  counts", _counts(await queries.describe(session, number))))
    await database.close()
    return rows


async def _kept(database: Database, content: bytes) -> UUID:
    async def pieces() -> AsyncIterator[bytes]:
        for begin in range(0, len(content), PIECE_BYTES):
            yield content[begin : begin + PIECE_BYTES]

    upload = uploads.Upload(ImportForm.LINES, DAY, "bench.ndjson", "bench", AT, again=True)
    identity, _ = await uploads.take(database, pieces(), upload, bytes_max=2**28)
    return identity


def _counts(view: ImportView) -> str:
    counts: list[tuple[str, int]] = [*view.states.items(), *view.outcomes.items()]
    return ", ".join(f"{name} {count:,}" for name, count in counts if count)


async def _fresh(admin_url: str) -> str:
    connection = await asyncpg.connect(admin_url)
    await connection.execute("create database bench_import")
    await connection.close()
    url = f"{admin_url.rpartition('/')[0]}/bench_import"
    await asyncio.to_thread(migrations.upgrade, Path("services/procedures/migrations"), url)
    return url


if __name__ == "__main__":
    asyncio.run(main())
