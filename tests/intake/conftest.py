"""Intake's web application with a small catalogue, and a clock that tests turn."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
from fastapi import FastAPI

from deploy.local.testing import Servers
from services.intake.models import METADATA
from shared import clock, migrations
from tests.conftest import ServiceClient, Token
from tests.intake.factories import COMMUNE, a_catalogue, a_filing, at, tell

MONDAY = at("2026-03-02 08:00")
# Truncating makes every table's files anew, which takes longer than most tests. As a replica
# neither foreign keys nor the triggers of append-only tables stand in the way.
EMPTY = f"""
    set session_replication_role = replica;
    {"".join(f"delete from {name};" for name in METADATA.tables)}
"""


@dataclass
class Office:
    """The one-stop as tests use it."""

    http: httpx.AsyncClient
    app: FastAPI
    database_url: str

    def clock(self, moment: datetime | str) -> None:
        told = at(moment) if isinstance(moment, str) else moment
        self.app.dependency_overrides[clock.now] = lambda: told

    async def file(self, **changed: Any) -> dict[str, Any]:
        answer = await self.http.post("/v1/dossiers", json=a_filing(**changed))
        assert answer.status_code == 201, answer.text
        dossier: dict[str, Any] = answer.json()
        return dossier

    async def ask(
        self, dossier: dict[str, Any], action: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        path = f"/v1/dossiers/{dossier['code']}/{action}"
        return await self.http.post(
            path, json=body or {}, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    async def do(self, dossier: dict[str, Any], action: str, body: Any = None) -> dict[str, Any]:
        answer = await self.ask(dossier, action, body)
        assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done

    async def accepted(self, **changed: Any) -> dict[str, Any]:
        return await self.do(await self.file(**changed), "acceptance")

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def find(self, **filters: Any) -> httpx.Response:
        """The list of dossiers; what is too private for an address goes into a body."""
        if filters.keys() & {"name", "identity_number"}:
            return await self.http.post("/v1/dossiers:find", json=filters)
        return await self.http.get("/v1/dossiers", params=filters)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.database_url)
        try:
            yield connection
        finally:
            await connection.close()

    async def rows(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        async with self.connection() as connection:
            found: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
            return found

    async def told(self, dossier: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The facts in the outbox, in order; of one dossier if one is named."""
        rows = await self.rows("select body from outbox order by position")
        facts = [orjson.loads(row["body"]) for row in rows]
        return [fact for fact in facts if dossier is None or fact["subject"] == dossier["id"]]


StartOffice = Callable[..., Awaitable[Office]]


@pytest.fixture(scope="session")
async def kept_database(servers: Servers) -> str:
    """One migrated database for all of these tests: emptying it is ten times a clone's speed."""
    admin = await asyncpg.connect(servers.admin_url)
    await admin.execute("create database intake_kept")
    await admin.close()
    url = servers.admin_url.rpartition("/")[0] + "/intake_kept"
    await asyncio.to_thread(migrations.upgrade, Path("services/intake/migrations"), url)
    return url


@pytest.fixture
async def catalogued(kept_database: str) -> str:
    """The database with nothing in it but the small catalogue."""
    connection = await asyncpg.connect(kept_database)
    await connection.execute(EMPTY)
    await connection.close()
    await tell(kept_database, a_catalogue())
    return kept_database


@pytest.fixture
async def start_office(service_client: ServiceClient, catalogued: str, token: Token) -> StartOffice:
    """Open another counter: `await start_office(bearer=token(…))`."""

    async def start(*, bearer: str | None = None, database_url: str = catalogued) -> Office:
        client = await service_client("intake", at=MONDAY, bearer=bearer, database_url=database_url)
        return Office(client.http, client.app, database_url)

    return start


@pytest.fixture
async def office(start_office: StartOffice) -> Office:
    """The counter on Monday 02/03/2026 08:00, asked by an administrator."""
    return await start_office()


@dataclass
class Officers:
    """Opens the same office as somebody: `await officers("specialist", "lan")`."""

    office: Office
    start: StartOffice
    token: Token

    async def __call__(
        self, role: str, subject: str, agencies: Sequence[str] = (COMMUNE,)
    ) -> Office:
        bearer = self.token(role, subject=subject, agencies=agencies)
        return await self.start(bearer=bearer, database_url=self.office.database_url)


@pytest.fixture
def officers(office: Office, start_office: StartOffice, token: Token) -> Officers:
    """Everybody who works at the office, each with a token of their own."""
    return Officers(office, start_office, token)
