"""Search among 5,000 published procedures: `python -m tests.benchmarks.bench_catalogue_search`."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import asyncpg
import httpx

from deploy.local.testing import servers
from services.procedures.first_run import load_seeds
from services.procedures.search.queries import Search, list_in_force
from shared import issuer, migrations
from shared.database import Database
from tests.benchmarks.load import table
from tests.procedures.large_catalogue import enlarge
from tests.waiting import until

PROCEDURES = 5_000
SEEDED = 137
ROUNDS = 40
PORT = 18_931
START_SECONDS_MAX = 30
QUERIES = (
    "đăng ký khai sinh", "dang ky khai sinh", "khai sinh", "đăng kí", "1.001193", "001193",
    "khia sinh", "thường chú", "sao y", "cap giay phep", "cấp lại", "dang ky", "giấy", "c",
    "đất đai lần đầu", "hợp tác xã", "lý lịch tư pháp cho công dân", "xyz không có gì",
    "thu tuc", "to chuc hanh nghe luat su",
)  # fmt: skip

Ask = Callable[[str], Awaitable[None]]


async def main() -> None:
    """Measure each query in SQL and over HTTP, one at a time and eight at a time."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory)) as running:
            url = await _catalogue(running.admin_url)
            sys.stdout.write(table(await measure(url, Path(directory), running.nats_url)) + "\n")


async def measure(url: str, keys: Path, nats_url: str) -> list[tuple[str, str]]:
    """Rows of what each way of asking took."""
    database = Database(url, connections_max=8)
    rows: list[tuple[str, str]] = []

    async def by_sql(text: str) -> None:
        async with database.sessions() as session:
            search = Search(on=date(2026, 3, 2), text=text)
            await list_in_force(session, search, after=None, limit=50)

    rows += [
        (f"  “{text}”", _told(await _timed(by_sql, [text] * ROUNDS, at_once=1))) for text in QUERIES
    ]
    rows.append(("statements", _told(await _timed(by_sql, QUERIES * ROUNDS, at_once=1))))
    await database.close()
    async with _served(url, keys, nats_url) as http:

        async def by_http(text: str) -> None:
            answer = await http.get("/v1/procedures", params={"q": text})
            answer.raise_for_status()

        for at_once in (1, 8):
            took = await _timed(by_http, QUERIES * ROUNDS, at_once=at_once)
            rows.append((f"HTTP, {at_once} at once", _told(took)))
    return rows


async def _timed(ask: Ask, texts: Sequence[str], *, at_once: int) -> list[float]:
    """Milliseconds of each question, sorted."""
    waiting, took = list(texts), []

    async def one_after_the_other() -> None:
        while waiting:
            text = waiting.pop()
            begun = time.perf_counter()
            await ask(text)
            took.append(1000 * (time.perf_counter() - begun))

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return sorted(took)


def _told(took: Sequence[float]) -> str:
    p95 = took[int(0.95 * len(took))]
    return f"p50 {statistics.median(took):.1f} ms, p95 {p95:.1f} ms, max {took[-1]:.1f} ms"


async def _catalogue(admin_url: str) -> str:
    connection = await asyncpg.connect(admin_url)
    await connection.execute("create database bench_catalogue")
    await connection.close()
    url = f"{admin_url.rpartition('/')[0]}/bench_catalogue"
    await asyncio.to_thread(migrations.upgrade, Path("services/procedures/migrations"), url)
    database = Database(url, connections_max=2)
    await load_seeds(database)
    await database.close()
    await enlarge(url, PROCEDURES - SEEDED)
    return url


@asynccontextmanager
async def _served(url: str, keys: Path, nats_url: str) -> AsyncIterator[httpx.AsyncClient]:
    issuer.make_keys(keys)
    environment = os.environ | {
        "PROCEDURES_DATABASE_URL": url,
        "MOTCUA_KEYS_DIR": str(keys),
        "MOTCUA_NATS_URL": nats_url,
        "MOTCUA_PROFILE": "local",
        "MOTCUA_LOG_LEVEL": "warning",
    }
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "uvicorn", "--factory", "services.procedures.app:create"),
        *("--no-access-log", "--port", str(PORT), "--log-level", "warning"),
        env=environment,
    )
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}") as http:
        try:
            await until(
                lambda: _is_ready(http), seconds=START_SECONDS_MAX, what="a ready catalogue"
            )
            yield http
        finally:
            server.terminate()
            await server.wait()


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).is_success
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    asyncio.run(main())
