"""Lists, the inbox and names on a million dossiers: `python -m tests.benchmarks.bench_lists`.

Aimed at: p95 of at most 30 ms for a page of 100 at 16 clients, for all but a single syllable;
that is at most 3.5 ms of CPU each on two cores, which tells more where others work too.
An argument gives another number of dossiers.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import asyncpg
import httpx
import orjson
import uvloop

from deploy.local.testing import servers
from services.intake import inbox, search, settings
from services.intake.desk import Desk, Resources
from services.intake.inbox import Asked
from services.intake.search import Filters
from shared import issuer, migrations
from shared.database import Database
from shared.errors import Problem
from shared.identity import Principal
from tests.benchmarks.list_questions import Question, questions
from tests.benchmarks.load import Client, table
from tests.benchmarks.many_dossiers import fill
from tests.benchmarks.province import PROVINCE
from tests.waiting import until

DOSSIERS = 1_000_000
PAGE = 100
OK = 200
CLIENTS = 16
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
PORT = 18_932
START_SECONDS_MAX = 30

Statements = Sequence[tuple[str, Sequence[Any]]]
Ask = Callable[[int], Awaitable[None]]


@dataclass
class Asker:
    """Asks as the service does, and remembers the statements that it ran."""

    database: Database
    resources: Resources
    ran: list[tuple[str, Sequence[Any]]] = field(default_factory=list)

    async def statements(self, who: Principal, asked: Filters | Asked) -> Statements:
        """Ask once, and tell what the database was asked."""
        self.ran = []
        desk = Desk(who, datetime.now(UTC), None, self.database, self.resources)
        async with self.database.sessions() as session:
            _, connection = await desk.catalogue(session)
            with connection.query_logger(self._note):
                if isinstance(asked, Filters):
                    await search.find(session, desk, asked, after=None, limit=PAGE)
                else:
                    await inbox.find(session, desk, asked, after=None, limit=PAGE)
            # The driver tells its loggers a turn later.
            await asyncio.sleep(0)
        return self.ran

    async def refusal(self, who: Principal, asked: Filters | Asked) -> str:
        """Ask what is refused, and tell by which code."""
        try:
            await self.statements(who, asked)
        except Problem as refused:
            return f"refused: {refused.code}"
        return "answered, though too many bear the name"

    def _note(self, logged: Any) -> None:
        self.ran.append((logged.query, logged.args))


async def main(count: int) -> None:
    """Fill a database, then ask: the statements alone, then over HTTP."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory), PROVINCE) as running:
            keys = Path(directory)
            issuer.make_keys(keys)
            url = await _filled(running.admin_url, count)
            os.environ.update(
                INTAKE_DATABASE_URL=url,
                MOTCUA_KEYS_DIR=str(keys),
                MOTCUA_NATS_URL=running.nats_url,
                MOTCUA_PROFILE="local",
                MOTCUA_LOG_LEVEL="warning",
            )
            # On the loop that the service runs on, which cannot start servers.
            asked = await asyncio.to_thread(lambda: uvloop.run(by_statements(url)))
            sys.stdout.write(f"{table(asked)}\n\nover HTTP\n{table(await over_http(keys))}\n")


async def by_statements(url: str) -> list[tuple[str, str]]:
    """What the statements of each question took, prepared once on 16 connections."""
    database = Database(url, connections_max=2)
    asker = Asker(database, Resources.of(settings.load()))
    connections = [
        await asyncpg.connect(url, server_settings={"jit": "off"}) for _ in range(CLIENTS)
    ]
    rows = []
    for question in questions():
        if question.answered:
            # The driver asks about types when it first meets them.
            await asker.statements(*question.variants[0])
            asked = [await asker.statements(*variant) for variant in question.variants]
            rows.append((question.name, await _replayed(connections, asked)))
        else:
            rows.append((question.name, await asker.refusal(*question.variants[0])))
    for connection in connections:
        await connection.close()
    await database.close()
    return rows


async def _replayed(connections: Sequence[asyncpg.Connection], asked: Sequence[Statements]) -> str:
    async def one_and_all(connection: asyncpg.Connection, number: int) -> None:
        for text, arguments in asked[number % len(asked)]:
            await connection.fetch(text, *arguments)

    def on(connection: asyncpg.Connection) -> Ask:
        return lambda number: one_and_all(connection, number)

    alone = await _closed_loop([on(connections[0])], SECONDS / 2)
    before = _cpu_ms(connections)
    together = await _closed_loop([on(connection) for connection in connections], SECONDS)
    cpu = (_cpu_ms(connections) - before) / len(together)
    return f"{_told(alone)}; {CLIENTS} clients {_told(together)}, {cpu:.1f} ms of CPU each"


def _cpu_ms(connections: Sequence[asyncpg.Connection]) -> float:
    """What this process and its sessions in the database used: other load hardly changes it."""
    ticks = 0
    for connection in connections:
        stat = Path(f"/proc/{connection.get_server_pid()}/stat").read_text().rpartition(")")[2]
        ticks += sum(map(int, stat.split()[11:13]))
    return 1000 * (time.process_time() + ticks / os.sysconf("SC_CLK_TCK"))


async def _closed_loop(clients: Sequence[Ask], seconds: float) -> list[float]:
    """Milliseconds of each question, sorted; each client asks again when it was answered."""
    took: list[float] = []
    until_then = time.perf_counter() + seconds

    async def client(ask: Ask, first: int) -> None:
        number = first
        while (begun := time.perf_counter()) < until_then:
            await ask(number)
            took.append(1000 * (time.perf_counter() - begun))
            number += len(clients)

    await asyncio.gather(*(client(ask, number) for number, ask in enumerate(clients)))
    return sorted(took)


def _told(took: Sequence[float]) -> str:
    return f"p50 {statistics.median(took):.1f} p95 {took[int(0.95 * len(took))]:.1f} ms"


async def _filled(admin_url: str, count: int) -> str:
    connection = await asyncpg.connect(admin_url)
    await connection.execute("create database bench_lists")
    await connection.close()
    url = f"{admin_url.rpartition('/')[0]}/bench_lists"
    await asyncio.to_thread(migrations.upgrade, Path("services/intake/migrations"), url)
    begun = time.perf_counter()
    await fill(url, count)
    sys.stdout.write(f"{count:,} dossiers written in {time.perf_counter() - begun:.0f} s\n")
    return url


async def over_http(keys: Path) -> list[tuple[str, str]]:
    """What the same questions take at one process of the service, which shows each page whole."""
    async with _served() as url:
        return [
            (question.name, await _asked_at(url, keys, question))
            for question in questions()
            if question.answered
        ]


async def _asked_at(url: str, keys: Path, question: Question) -> str:
    asks = []
    async with AsyncExitStack() as stack:
        for number in range(CLIENTS):
            who, asked = question.variants[number % len(question.variants)]
            client = await stack.enter_async_context(Client(url, _token(keys, who)))
            asks.append(_asking(client, asked))
        alone = await _closed_loop(asks[:1], SECONDS / 2)
        together = await _closed_loop(asks, SECONDS)
    return f"{_told(alone)}; {CLIENTS} clients {_told(together)}"


def _asking(client: Client, asked: Filters | Asked) -> Ask:
    given = {name: value for name, value in asdict(asked).items() if value is not None}
    if isinstance(asked, Asked):
        line, body = f"GET /v1/inbox?{urlencode(given)}&limit={PAGE}", b""
    else:
        line, body = "POST /v1/dossiers:find", orjson.dumps(given | {"limit": PAGE})

    async def ask(_: int) -> None:
        status, answer = await client.ask(line, body)
        if status != OK:
            raise RuntimeError(answer.decode())

    return ask


def _token(keys: Path, who: Principal) -> str:
    return issuer.issue(keys, subject=who.subject, roles=[*who.roles], agencies=who.agencies)


@asynccontextmanager
async def _served() -> AsyncIterator[str]:
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "uvicorn", "--factory", "services.intake.app:create"),
        *("--no-access-log", "--port", str(PORT), "--log-level", "warning"),
    )
    url = f"http://127.0.0.1:{PORT}"
    async with httpx.AsyncClient(base_url=url) as http:
        try:
            await until(lambda: _is_ready(http), seconds=START_SECONDS_MAX, what="a ready intake")
            yield url
        finally:
            server.terminate()
            await server.wait()


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).is_success
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else DOSSIERS))
