"""An older installation's catalogue comes through the migrations."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import orjson
import pytest
from alembic import command

from deploy.local.testing import Servers
from shared import migrations
from tests.databases import address, execute
from tests.procedures.factories import make_record

MIGRATIONS = Path("services/procedures/migrations")

FIRST_TWO_PUBLISHED = """
insert into procedure_version
select '1.999001', n, 'Tên', 'Hộ tịch', '{commune}', '{direct}', false, false,
       '2026-01-01'::date + 100 * n, '2026-01-01'::date + 100 * n + 99, 'k', $1, '\\x00',
       now(), 'a', case when n < 3 then now() end, case when n < 3 then 'b' end
  from generate_series(1, 3) n
"""


@pytest.fixture
async def older(servers: Servers) -> AsyncIterator[str]:
    name = f"older_{uuid.uuid4().hex[:12]}"
    await execute(servers.admin_url, f"create database {name}")
    url = address(servers.admin_url, name)
    await asyncio.to_thread(command.upgrade, migrations.config(MIGRATIONS, url), "20260101_start")
    yield url
    await execute(servers.admin_url, f"drop database {name} with (force)")


async def test_published_versions_are_measured_and_their_numbers_stay_used(older: str) -> None:
    record = make_record(online_level="full", decision_signed_on="2026-01-02", pays_online=False)
    connection = await asyncpg.connect(older)
    try:
        await connection.execute("insert into procedure (code) values ('1.999001')")
        await connection.execute(FIRST_TWO_PUBLISHED, orjson.dumps(record).decode())
        await asyncio.to_thread(migrations.upgrade, MIGRATIONS, older)
        rows = await connection.fetch(
            "select online_level, decision_signed_on::text, pays_online, boundary_free,"
            " incomplete_reason is not null as excused from procedure_version order by version"
        )
        assert [tuple(row) for row in rows] == [
            ("full", "2026-01-02", False, None, True),
            ("full", "2026-01-02", False, None, True),
            ("full", "2026-01-02", False, None, False),
        ]
        assert await connection.fetchval("select last_version from procedure") == 3
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute("update procedure_version set full_content = true")
    finally:
        await connection.close()
