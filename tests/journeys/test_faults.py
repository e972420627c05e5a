"""Killing things under load: nothing accepted may be missing, nothing may be applied twice."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest import mock

import aiohttp
import asyncpg
import pytest

from deploy.cli.delivery import differences_now
from deploy.local.testing import RunningSystem, system
from shared import issuer
from shared.identity import EVERYWHERE, Role
from tests.benchmarks.load import PROCEDURE
from tests.waiting import until

CLIENTS = 4
STEADY_FILINGS = 40
CAUGHT_UP_SECONDS_MAX = 120
VICTIMS = (
    "intake", "intake-worker", "procedures", "procedures-worker", "sla", "sla-worker", "survey",
    "survey-worker", "gateway", "gateway-worker", "nats", "postgres",
)  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Load:
    """Files without pause; a filing that got no answer is sent again under its key."""

    def __init__(self, running: RunningSystem, token: str) -> None:
        self.accepted: dict[str, str] = {}
        self._running = running
        self._token = token
        self._stop = False

    async def run(self, client: int) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with aiohttp.ClientSession(self._running.gateway_url, headers=headers) as http:
            number = 0
            while not self._stop:
                key = f"fault-{client}-{number}"
                code = await self._file(http, key)
                if code is not None:
                    self.accepted[key] = code
                    number += 1

    async def _file(self, http: aiohttp.ClientSession, key: str) -> str | None:
        filing = {
            "procedure": PROCEDURE,
            "agency": "H20.110",
            "channel": "counter",
            "applicant": {"name": "Nguyễn Văn Thử"},
        }
        try:
            async with http.post(
                "/v1/dossiers", json=filing, headers={"Idempotency-Key": key}
            ) as answer:
                if answer.status != 201:
                    return None
                return str((await answer.json())["code"])
        except (aiohttp.ClientError, TimeoutError):
            return None

    def stop(self) -> None:
        self._stop = True


@asynccontextmanager
async def under_load(running: RunningSystem) -> AsyncIterator[Load]:
    token = issuer.issue(
        Path(running.settings["MOTCUA_KEYS_DIR"]),
        subject="fault-proof",
        roles=[Role.COUNTER],
        agencies=[EVERYWHERE],
    )
    load = Load(running, token)
    clients = [asyncio.create_task(load.run(client)) for client in range(CLIENTS)]
    try:
        yield load
    finally:
        load.stop()
        await asyncio.gather(*clients)


async def test_no_process_killed_under_load_loses_or_doubles_anything(tmp_path: Path) -> None:
    async with system(tmp_path) as running:
        with mock.patch.dict("os.environ", running.settings):
            async with under_load(running) as load:
                for victim in VICTIMS:
                    await _kill(running, load, victim)
            await until(_nothing_differs, seconds=CAUGHT_UP_SECONDS_MAX, what="all is applied")
            await _each_accepted_once(running, load)


async def _kill(running: RunningSystem, load: Load, victim: str) -> None:
    before = running.pids[victim]
    running.kill(victim, signal.SIGKILL)
    killed_at = perf_counter()
    await until(
        lambda: running.pids.get(victim, before) != before,
        seconds=60,
        what=f"{victim} is started again",
    )
    filed = len(load.accepted)
    await until(
        lambda: len(load.accepted) >= filed + STEADY_FILINGS,
        seconds=60,
        what=f"filing goes on after {victim}",
    )
    print(f"{victim}: filing again {perf_counter() - killed_at:.1f} s after kill -9")


async def _nothing_differs() -> bool:
    return not await differences_now()


async def _each_accepted_once(running: RunningSystem, load: Load) -> None:
    codes = set(load.accepted.values())
    assert len(codes) == len(load.accepted), "two filings got one code"
    filed = await _column(running, "INTAKE", "select code from dossier")
    told = await _column(running, "SLA", "select aggregate from applied")
    ids = await _column(running, "INTAKE", "select 'dossier/' || id from dossier")
    assert codes <= set(filed)
    # An answer lost on its way was asked for again under its key, so nothing was filed twice.
    assert len(filed) - len(codes) <= CLIENTS
    assert set(ids) <= set(told)
    print(f"{len(codes)} filings accepted, {len(filed)} dossiers, all of them known to sla")


async def _column(running: RunningSystem, service: str, statement: str) -> list[Any]:
    connection = await asyncpg.connect(running.settings[f"{service}_DATABASE_URL"])
    try:
        return [row[0] for row in await connection.fetch(statement)]
    finally:
        await connection.close()
