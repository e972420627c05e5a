"""A database with rows of before keeps what it knows, and forgets what could join them."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command

from deploy.local.testing import Servers
from services.survey.scores import recount
from shared import migrations
from tests.databases import address, execute
from tests.survey.factories import rows

SCRIPTS = Path("services/survey/migrations")
BEFORE = "20261124_kernel"
KEPT = 3
INVITED = """
    insert into invitation (id, sequence, dossier, dossier_code, agency, receiving_agency,
        procedure, procedure_version, instrument, instrument_version, token_hash, invited_at,
        expires_at, answered_on)
    select gen_random_uuid(), 1, gen_random_uuid(), 'H20-' || n, 'H20.40.01', 'H20.40.01',
           '1.001193', 1, 'TT01-2018', 1, decode(lpad(n::text, 8, '0'), 'hex'),
           '2026-03-10 09:00+07', '2026-04-09 09:00+07',
           case when n < 4 then date '2026-03-14' + n * 7 end
    from generate_series(1, 5) as n
"""
ANSWERED = """
    insert into answer (id, sequence, agency, procedure, instrument, instrument_version,
        answered_on, choices)
    select gen_random_uuid(), 1, 'H20.40.01', '1.001193', 'TT01-2018', 1,
           date '2026-03-14' + n * 7,
           jsonb_build_object('time', case n when 1 then 'early' else 'late' end, 'overall',
                              'satisfied')
    from generate_series(1, 3) as n
"""
COUNTED = """
    insert into score
    select agency, procedure, date_trunc('month', answered_on), instrument, instrument_version,
           count(*)
    from answer group by 1, 2, 3, 4, 5
"""


@pytest.fixture
async def old(servers: Servers) -> AsyncIterator[str]:
    """A database as it stood before instruments were data, with slips of two months."""
    name = f"survey_{uuid.uuid4().hex[:12]}"
    await execute(servers.admin_url, f"create database {name}")
    url = address(servers.admin_url, name)
    await asyncio.to_thread(command.upgrade, migrations.config(SCRIPTS, url), BEFORE)
    for statement in (INVITED, ANSWERED, COUNTED):
        await execute(url, statement)
    yield url
    await execute(servers.admin_url, f"drop database {name} with (force)")


async def test_old_slips_are_counted_as_a_recount_counts_them(old: str) -> None:
    await asyncio.to_thread(migrations.upgrade, SCRIPTS, old)

    connection = await asyncpg.connect(old)
    try:
        assert await recount.differences(connection) == []
    finally:
        await connection.close()
    months = await rows(old, "select month::text, slips from score order by 1")
    assert [tuple(row) for row in months] == [("2026-03-01", 2), ("2026-04-01", 1)]
    options = "select option, sum(answers) as answers from score_option group by 1 order by 1"
    assert [tuple(row) for row in await rows(old, options)] == [
        ("early", 1),
        ("late", 2),
        ("satisfied", KEPT),
    ]


async def test_no_day_and_no_use_of_old_invitations_is_left(old: str) -> None:
    await asyncio.to_thread(migrations.upgrade, SCRIPTS, old)

    invitations = await rows(old, "select * from invitation")
    answers = await rows(old, "select * from answer")
    assert len(invitations) == 5
    assert {"used", "answered_on"}.isdisjoint(invitations[0].keys())
    assert len({tuple(row.values())[4:10] for row in invitations}) == 1
    assert len(answers) == KEPT
    assert "answered_on" not in answers[0]
    assert {(row["standing"], row["settled"], row["late"]) for row in answers} == {
        ("counted", False, None)
    }
    assert all(row["month"].day == 1 for row in answers)
