"""Real servers, an empty database per test, and callers with tokens."""

import asyncio
import importlib
import tempfile
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from xdist.scheduler import LoadFileScheduling

from deploy.local.testing import Servers
from deploy.local.testing import servers as local_servers
from shared import clock, issuer, migrations
from shared.identity import EVERYWHERE, Role
from tests.databases import COPIED, address, execute

FreshDatabase = Callable[[str], Awaitable[str]]
Token = Callable[..., str]
JOURNEYS = "tests/journeys"
ServiceClient = Callable[..., Awaitable["Client"]]


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """A process takes whole files; the journeys go to one, where they share one system."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        return JOURNEYS if scope.startswith(JOURNEYS) else scope


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Share the tests out among the processes."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
async def servers() -> AsyncIterator[Servers]:
    """PostgreSQL and NATS from the wheels, on free ports, for the whole session."""
    with tempfile.TemporaryDirectory(prefix="motcua-test-") as directory:
        async with local_servers(Path(directory)) as running:
            yield running


@pytest.fixture(scope="session")
def templates(servers: Servers) -> dict[str, str]:
    """Databases already migrated, by service; made when first asked for."""
    return {}


@pytest.fixture
async def fresh_database(
    servers: Servers, templates: dict[str, str]
) -> AsyncIterator[FreshDatabase]:
    """Give an empty, migrated database of a service, and drop it after the test."""
    given: list[str] = []

    async def fresh(service: str) -> str:
        if service not in templates:
            name = f"template_{service}"
            await execute(servers.admin_url, f"create database {name} {COPIED}")
            url = address(servers.admin_url, name)
            scripts = Path("services") / service / "migrations"
            await asyncio.to_thread(migrations.upgrade, scripts, url)
            templates[service] = name
        name = f"{service}_{uuid.uuid4().hex[:12]}"
        await execute(
            servers.admin_url, f"create database {name} template {templates[service]} {COPIED}"
        )
        given.append(name)
        return address(servers.admin_url, name)

    yield fresh
    for name in given:
        await execute(servers.admin_url, f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def keys_dir() -> Iterator[Path]:
    """The local issuer's keys, made for this session."""
    with tempfile.TemporaryDirectory(prefix="motcua-keys-") as directory:
        issuer.make_keys(Path(directory))
        yield Path(directory)


@pytest.fixture
def token(keys_dir: Path) -> Token:
    """Sign tokens: `token("counter", agencies=["H20.40"])`."""

    def sign(
        *roles: str, agencies: Sequence[str] = (EVERYWHERE,), subject: str = "can-bo-thu"
    ) -> str:
        return issuer.issue(
            keys_dir, subject=subject, roles=[Role(role) for role in roles], agencies=agencies
        )

    return sign


@dataclass
class Client:
    """A service's application answering requests in this process."""

    http: httpx.AsyncClient
    app: FastAPI
    database_url: str


class Routed:
    """Routes that are read once: FastAPI analyses an app's at its first request, half a second."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, int], FastAPI] = {}

    def share(self, service: str, place: int, app: FastAPI) -> None:
        """Let an app use the routes of the first one that stood in this place of its test."""
        first = self._first.setdefault((service, place), app)
        if first is app:
            return
        known = {id(router): route for route in first.routes if (router := _included(route))}
        app.router.routes[:] = [known.get(id(_included(route)), route) for route in app.routes]
        # What a test puts in place is looked for where the routes were read.
        first.dependency_overrides = app.dependency_overrides


def _included(route: Any) -> Any:
    """The router that a route stands for; each app has its own of health."""
    return getattr(route, "original_router", None)


@pytest.fixture(scope="session")
def routed() -> Routed:
    """What the services' apps share with each other through the session."""
    return Routed()


@pytest.fixture
async def service_client(
    *,
    fresh_database: FreshDatabase,
    servers: Servers,
    keys_dir: Path,
    token: Token,
    routed: Routed,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[ServiceClient]:
    """Start a service's web application on a fresh database: `await service_client("intake")`.

    `at` stops its clock at a moment; `bearer` is sent with every request (an administrator's
    token unless told otherwise, none when empty).
    """
    places: Counter[str] = Counter()
    async with AsyncExitStack() as stack:

        async def start(
            service: str,
            *,
            at: datetime | None = None,
            bearer: str | None = None,
            database_url: str | None = None,
        ) -> Client:
            url = database_url or await fresh_database(service)
            monkeypatch.setenv(f"{service.upper()}_DATABASE_URL", url)
            monkeypatch.setenv("MOTCUA_KEYS_DIR", str(keys_dir))
            monkeypatch.setenv("MOTCUA_NATS_URL", servers.nats_url)
            monkeypatch.setenv("MOTCUA_PROFILE", "local")
            app: FastAPI = importlib.import_module(f"services.{service}.app").create()
            routed.share(service, places[service], app)
            places[service] += 1
            if at is not None:
                app.dependency_overrides[clock.now] = lambda: at
            await stack.enter_async_context(LifespanManager(app))
            signed = token("admin") if bearer is None else bearer
            http = httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://service",
                headers={"Authorization": f"Bearer {signed}"} if signed else {},
            )
            await stack.enter_async_context(http)
            return Client(http, app, url)

        yield start
