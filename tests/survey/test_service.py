"""The survey's instrument, secret, migrations and contract."""

import asyncio
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from openapi_spec_validator import validate
from sqlalchemy.ext.asyncio import create_async_engine

from services.survey import tokens
from services.survey.inviting import invitation_id
from services.survey.models import METADATA
from shared import migrations
from shared.settings import KernelSettings
from tests.conftest import FreshDatabase, ServiceClient


def test_tokens_are_the_same_each_time_and_different_for_each_dossier() -> None:
    key, dossier = b"k" * 32, uuid4()
    one = invitation_id(dossier, "A")

    assert tokens.token(key, one) == tokens.token(key, invitation_id(dossier, "A"))
    others = {
        tokens.token(key, invitation_id(dossier, "B")),
        tokens.token(key, invitation_id(UUID(int=1), "A")),
        tokens.token(b"j" * 32, one),
    }
    assert tokens.token(key, one) not in others
    assert len(others) == 3


async def test_web_and_worker_starting_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    fresh = partial(tokens.read_secret.__wrapped__, tmp_path / "keys", create=True)
    read = await asyncio.gather(*(asyncio.to_thread(fresh) for _ in range(16)))

    assert len(set(read)) == 1
    assert len(read[0]) == 32
    [kept] = (tmp_path / "keys").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_production_is_given_its_secret_and_never_makes_one(tmp_path: Path) -> None:
    production = KernelSettings(profile="production", keys_dir=tmp_path)

    with pytest.raises(tokens.SecretMissing, match="survey-secret is missing"):
        tokens.secret_of(production)

    assert list(tmp_path.iterdir()) == []


async def test_the_migrations_make_the_tables_of_the_models(fresh_database: FreshDatabase) -> None:
    url = await fresh_database("survey")
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.connect() as connection:
        found = await connection.run_sync(migrations.differences, METADATA)
    await engine.dispose()

    assert list(found) == []


async def test_the_contract_is_valid_and_names_each_operation(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")

    document = (await survey.http.get("/openapi.json")).json()

    validate(document)
    paths = document["paths"].values()
    named = [operation["operationId"] for path in paths for operation in path.values()]
    assert len(named) == len(set(named))
    assert {"get_slip", "answer_slip", "list_scores", "vote", "count_visit"} <= set(named)
    assert (await survey.http.get("/v1/surveys/instruments")).json()["items"][0]["version"] == 1
