"""The seed catalogue, loaded once and cloned for each test."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.testing import Servers
from services.procedures.first_run import load_seeds
from shared import migrations
from shared.database import Database
from tests.conftest import Client, ServiceClient
from tests.databases import COPIED, address, execute

TEMPLATE = "template_procedures_seeded"
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
async def seeded_template(servers: Servers) -> str:
    await execute(servers.admin_url, f"create database {TEMPLATE} {COPIED}")
    url = address(servers.admin_url, TEMPLATE)
    await asyncio.to_thread(migrations.upgrade, Path("services/procedures/migrations"), url)
    database = Database(url, connections_max=2)
    await load_seeds(database)
    await database.close()
    return TEMPLATE


@pytest.fixture
async def seeded(servers: Servers, seeded_template: str) -> AsyncIterator[str]:
    name = f"procedures_{uuid.uuid4().hex[:12]}"
    await execute(servers.admin_url, f"create database {name} template {seeded_template} {COPIED}")
    yield address(servers.admin_url, name)
    await execute(servers.admin_url, f"drop database {name} with (force)")


@pytest.fixture
async def catalogue(service_client: ServiceClient, seeded: str) -> Client:
    """The seed catalogue's web application, asked by an administrator on a Monday morning."""
    return await service_client("procedures", database_url=seeded, at=MONDAY)


@pytest.fixture
async def worker(catalogue: Client) -> AsyncIterator[Database]:
    """What the catalogue's background process has: the same database, four connections."""
    database = Database(catalogue.database_url, connections_max=4)
    yield database
    await database.close()
