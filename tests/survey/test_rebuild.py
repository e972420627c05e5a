"""A rebuild fills the copies anew; an invitation is a deed, and is done once whoever does it."""

from pathlib import Path

import asyncpg
import pytest

from services.survey.models import METADATA
from shared.delivery import swap
from shared.events import SurveyInvited
from tests.conftest import FreshDatabase
from tests.survey.factories import (
    hear,
    life,
    make_accepted,
    make_filed,
    make_returned,
    outbox_facts,
    rows,
)


@pytest.fixture(autouse=True)
def settings(keys_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's environment."""
    monkeypatch.setenv("MOTCUA_KEYS_DIR", str(keys_dir))
    monkeypatch.setenv("MOTCUA_PROFILE", "local")


async def prepare(database_url: str) -> None:
    connection = await asyncpg.connect(
        database_url, server_settings={"search_path": swap.SEARCH_PATH}
    )
    try:
        await swap.prepare(database_url, connection, METADATA)
    finally:
        await connection.close()


async def test_a_rebuild_invites_nobody_again_and_gives_the_same_copies(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("survey")
    over = life(make_filed(), make_accepted(), make_returned())
    open_ = life(make_filed(code="H20.40.01-260302-0002"), make_accepted())
    await hear(url, over + open_)
    await prepare(url)

    for envelope in [*open_, *over]:
        await hear(url, [envelope], search_path=swap.SEARCH_PATH)

    live = await rows(url, "select * from public.dossier_copy")
    assert len(live) == 1
    assert await rows(url, "select * from rebuild.dossier_copy") == live
    assert len(await rows(url, "select 1 from public.invitation")) == 1
    assert len(await outbox_facts(url, SurveyInvited)) == 1


async def test_a_rebuild_that_is_ahead_of_the_live_worker_loses_no_invitation(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("survey")
    await prepare(url)
    envelopes = life(make_filed(), make_accepted(), make_returned())

    await hear(url, envelopes, search_path=swap.SEARCH_PATH)
    await hear(url, envelopes)

    assert len(await rows(url, "select 1 from public.invitation")) == 1
    assert len(await outbox_facts(url, SurveyInvited)) == 1
