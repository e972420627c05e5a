from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.local.testing import Servers
from shared.database import Database
from shared.retention import forget_answers
from tests.shared.notes import make_database

KEEP = """
    insert into idempotency (client, key, request_hash, status, body, answered_at)
    select 'c', 'old-' || n, ''::bytea, 201, ''::bytea, now() - interval '31 days'
    from generate_series(1, 2100) n
    union all select 'c', 'week', ''::bytea, 201, ''::bytea, now() - interval '8 days'
"""


@pytest.fixture
async def database_url(servers: Servers) -> AsyncIterator[str]:
    async with make_database(servers) as url:
        yield url


async def test_answers_are_forgotten_after_a_month_and_not_after_a_week(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(KEEP)
    database = Database(database_url, connections_max=1)

    await forget_answers(database)

    await database.close()
    assert [row["key"] for row in await connection.fetch("select key from idempotency")] == ["week"]
    await connection.close()
