"""The kernel's web side, shown on a service small enough to read here."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import asyncpg
import httpx
import pytest
from asgi_lifespan import LifespanManager
from fastapi import APIRouter, Query, Response
from sqlalchemy import text

from deploy.local.testing import Servers
from shared import errors, outbox, service
from shared.database import Database, Transaction
from shared.events import DossierReturned, WayOfReturn
from shared.http import BODY_BYTES_MAX
from shared.idempotency import REPLAYED, OncePerKey
from shared.identity import Caller
from shared.paging import Cursor, decode
from shared.settings import KernelSettings, ServiceSettings
from tests.conftest import Token
from tests.shared.notes import Note, NoteView, make_database

router = APIRouter()


@router.post("/notes", status_code=201)
async def add_note(note: NoteView, session: Transaction, once: OncePerKey) -> Response:
    async def add() -> NoteView:
        await session.execute(text("insert into note (body) values (:body)"), note.model_dump())
        return note

    return await once(session, add, status=201)


@router.post("/slow-notes")
async def add_slow_note(note: NoteView, session: Transaction, once: OncePerKey) -> Response:
    async def add() -> NoteView:
        await session.execute(text("select pg_sleep(0.5)"))
        return note

    return await once(session, add)


@router.post("/broken-commit", status_code=201)
async def break_commit(note: NoteView, session: Transaction) -> NoteView:
    await session.execute(text("insert into checked_late (body) values (null)"))
    return note


@router.get("/whoami")
async def whoami(principal: Caller) -> dict[str, str]:
    return {"subject": principal.subject}


@router.get("/walk")
async def walk(after: Cursor = None) -> dict[str, object]:
    return {"key": decode(after, 2) if after else None}


@router.get("/bug")
async def bug() -> None:
    raise RuntimeError("the secret of the house")


@router.get("/numbers")
async def numbers(n: Annotated[int, Query(ge=1)]) -> int:
    return n


@pytest.fixture
async def database_url(servers: Servers) -> AsyncIterator[str]:
    async with make_database(servers) as url:
        yield url


@pytest.fixture
async def client(
    database_url: str, keys_dir: Path, token: Token
) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings(
        service="notes",
        database_url=database_url,
        kernel=KernelSettings(profile="local", keys_dir=keys_dir),
    )
    app = service.build("Notes", settings, [router])
    async with (
        LifespanManager(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://notes",
            headers={"Authorization": f"Bearer {token('counter')}"},
        ) as http,
    ):
        yield http


async def test_a_failed_commit_is_never_answered_as_success(client: httpx.AsyncClient) -> None:
    answer = await client.post("/broken-commit", json={"body": "x"})

    assert answer.status_code >= 500


async def test_the_same_key_and_body_give_the_same_answer_and_one_effect(
    client: httpx.AsyncClient, database_url: str
) -> None:
    first = await client.post("/notes", json={"body": "a"}, headers={"Idempotency-Key": "k1"})
    second = await client.post("/notes", json={"body": "a"}, headers={"Idempotency-Key": "k1"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers[REPLAYED] == "true"
    assert await count(database_url, "note") == 1


async def test_the_same_key_with_another_body_is_refused(client: httpx.AsyncClient) -> None:
    await client.post("/notes", json={"body": "a"}, headers={"Idempotency-Key": "k1"})

    other = await client.post("/notes", json={"body": "b"}, headers={"Idempotency-Key": "k1"})

    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


async def test_a_key_in_flight_is_refused_for_now(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k2"}
    answers = await asyncio.gather(
        *(client.post("/slow-notes", json={"body": "a"}, headers=headers) for _ in range(3))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {
        "idempotency_key_in_flight"
    }


async def test_two_callers_may_use_the_same_key(
    client: httpx.AsyncClient, database_url: str, token: Token
) -> None:
    other = {"Authorization": f"Bearer {token('counter', subject='can-bo-khac')}"}
    await client.post("/notes", json={"body": "a"}, headers={"Idempotency-Key": "k"})
    await client.post("/notes", json={"body": "b"}, headers={"Idempotency-Key": "k", **other})

    assert await count(database_url, "note") == 2


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not_found"),
        ("/numbers?n=0", 422, "malformed"),
        ("/walk?after=%3Cx%3E", 422, "cursor_unreadable"),
        ("/walk?after=WzFd", 422, "cursor_unreadable"),
        ("/wal%00k", 404, "not_found"),
        ("/walk?after=%00", 422, "malformed"),
        ("/bug", 500, "internal_error"),
    ],
)
async def test_refusals_are_problem_details(
    client: httpx.AsyncClient, path: str, status: int, code: str
) -> None:
    answer = await client.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == errors.MEDIA_TYPE
    assert answer.json()["code"] == code
    assert "secret" not in answer.text


async def test_a_caller_without_token_is_unauthenticated(client: httpx.AsyncClient) -> None:
    answer = await client.get("/whoami", headers={"Authorization": ""})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_large_body_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/notes", content=b"x" * (BODY_BYTES_MAX + 1))

    assert answer.status_code == 413


async def test_a_request_keeps_the_id_it_came_with(client: httpx.AsyncClient) -> None:
    named = await client.get("/whoami", headers={"X-Request-Id": "abc-1"})
    unnamed = await client.get("/whoami", headers={"X-Request-Id": "not allowed; here"})

    assert named.headers["x-request-id"] == "abc-1"
    assert unnamed.headers["x-request-id"] not in {"", "not allowed; here"}


async def test_a_database_that_is_away_is_answered_503_at_once(
    keys_dir: Path, token: Token
) -> None:
    settings = ServiceSettings(
        service="notes",
        database_url="postgresql://nobody@127.0.0.1:1/none",
        kernel=KernelSettings(profile="local", keys_dir=keys_dir),
    )
    app = service.build("Notes", settings, [router])
    async with (
        LifespanManager(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://notes",
            headers={"Authorization": f"Bearer {token('counter')}"},
        ) as http,
    ):
        answer = await http.post("/notes", json={"body": "a"})

    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_a_fact_is_saved_only_with_its_change(database_url: str) -> None:
    database = Database(database_url, connections_max=2)
    fact = DossierReturned(
        way_of_return=WayOfReturn.COUNTER, returned_at=datetime(2026, 3, 2, 1, tzinfo=UTC)
    )

    async def change_my_mind() -> None:
        async with database.transaction() as session:
            note = Note(body="a", sequence=0)
            session.add(note)
            await outbox.record(session, "notes", note, fact)
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await change_my_mind()
    async with database.transaction() as session:
        note = Note(body="b", sequence=0)
        session.add(note)
        await outbox.record(session, "notes", note, fact)
        await outbox.record(session, "notes", note, fact)
    await database.close()

    assert await count(database_url, "note") == 1
    assert await count(database_url, "outbox") == 2
    assert note.sequence == 2


async def count(database_url: str, table: str) -> int:
    connection = await asyncpg.connect(database_url)
    try:
        return int(await connection.fetchval(f"select count(*) from {table}"))
    finally:
        await connection.close()
