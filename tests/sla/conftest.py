"""A database of sla's own: empty, or one that knows the calendar."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.conftest import FreshDatabase
from tests.sla.factories import make_calendar, published
from tests.sla.stream import deliver


@pytest.fixture
async def empty(fresh_database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(await fresh_database("sla"))
    yield connection
    await connection.close()


@pytest.fixture
async def connection(empty: asyncpg.Connection) -> asyncpg.Connection:
    await deliver(empty, [published(make_calendar())])
    return empty
