"""A version is drafted, published, followed by another and ended; what is published stays."""

import asyncio
from decimal import Decimal

import asyncpg
import httpx
import pytest

from shared.events import LimitUnit, ProcedurePublished, ProcedureWithdrawn, PublishedLimit
from tests.conftest import Client, Token
from tests.procedures.factories import (
    Json,
    facts_of,
    make_component,
    make_method,
    make_record,
)

PATH = "/v1/procedures"
CODE = "1.999001"


def committed(value: str, unit: str) -> Json:
    """A way of five working days by law, and what is promised instead."""
    return make_method("m1", committed={"value": value, "unit": unit})


async def test_a_draft_is_told_to_nobody_and_published_once(catalogue: Client) -> None:
    drafted = await catalogue.http.post(PATH, json=make_record())
    assert drafted.status_code == 201
    assert drafted.headers["location"] == f"{PATH}/{CODE}?version=1"
    assert drafted.json()["state"] == "draft"
    assert await facts_of(catalogue.database_url, f"procedure/{CODE}") == []

    published = await publish(catalogue, 1)
    assert published.json()["state"] == "published"
    assert published.json()["published_at"] == "2026-03-02T09:00:00+07:00"
    (told,) = await facts_of(catalogue.database_url, f"procedure/{CODE}")
    assert isinstance(told.data, ProcedurePublished)
    assert (told.sequence, told.data.version, told.data.internal) == (1, 1, False)
    assert told.data.cases[0].components[0].id == f"{CODE}-c01-01"
    assert told.data.methods[0].limit is not None

    again = await publish(catalogue, 1)
    assert (again.status_code, again.json()["code"]) == (409, "already_published")


async def test_the_committed_limit_is_told_as_the_one_to_promise(catalogue: Client) -> None:
    limits = {
        "limit": {"value": "5", "unit": "working_day"},
        "committed": {"value": "24", "unit": "hour"},
    }
    methods = [make_method("a", **limits), make_method("b")]
    await draft_and_publish(catalogue, 1, methods=methods)
    (told,) = await facts_of(catalogue.database_url, f"procedure/{CODE}")
    assert isinstance(told.data, ProcedurePublished)
    cut, legal = told.data.methods
    assert cut.limit == PublishedLimit(value=Decimal(24), unit=LimitUnit.HOUR)
    assert cut.statutory_limit == PublishedLimit(value=Decimal(5), unit=LimitUnit.WORKING_DAY)
    assert legal.limit == legal.statutory_limit == cut.statutory_limit


async def test_the_fact_tells_what_a_one_stop_needs(catalogue: Client) -> None:
    fees = [
        {"amount": "2000", "currency": "VND", "per": "trang", "text": "2.000 đồng/trang"},
        {"amount": "10", "currency": "USD", "kind": "charge", "text": "10 USD"},
    ]
    paper = make_component("p", from_database=True)
    await draft_and_publish(
        catalogue,
        1,
        linked=True,
        online_level="full",
        boundary_free="province",
        methods=[make_method("m", fees=fees)],
        groups=[{"id": "c", "kind": "general", "components": [paper]}],
    )
    (told,) = await facts_of(catalogue.database_url, f"procedure/{CODE}")
    assert isinstance(told.data, ProcedurePublished)
    assert (told.data.linked, told.data.online_level) == (True, "full")
    assert told.data.boundary_free == "province"
    assert told.data.cases[0].components[0].from_database
    (row,) = told.data.methods
    assert row.fee is None
    assert [(fee.amount, fee.currency, fee.per, fee.kind) for fee in row.fees] == [
        (Decimal(2000), "VND", "trang", None),
        (Decimal(10), "USD", None, "charge"),
    ]


async def test_the_same_content_is_no_new_version(catalogue: Client) -> None:
    await catalogue.http.post(PATH, json=make_record())
    again = await catalogue.http.post(PATH, json=make_record())
    assert (again.status_code, again.json()["code"]) == (409, "procedure_unchanged")


async def test_the_same_key_gives_the_same_draft(catalogue: Client) -> None:
    key = {"Idempotency-Key": "soan-1"}
    first = await catalogue.http.post(PATH, json=make_record(), headers=key)
    second = await catalogue.http.post(PATH, json=make_record(), headers=key)
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["idempotent-replayed"] == "true"


async def test_a_following_version_ends_the_open_one_the_day_before(catalogue: Client) -> None:
    await draft_and_publish(catalogue, 1, valid_from="2026-01-01")
    await draft_and_publish(catalogue, 2, valid_from="2026-07-01")
    facts = await facts_of(catalogue.database_url, f"procedure/{CODE}")
    assert [fact.sequence for fact in facts] == [1, 2, 3]
    ended = facts[1].data
    assert isinstance(ended, ProcedureWithdrawn)
    assert (ended.version, ended.valid_to.isoformat()) == (1, "2026-06-30")


@pytest.mark.parametrize(
    ("valid_from", "valid_to"),
    [("2026-06-30", None), ("2026-01-01", "2026-12-31"), ("2025-01-01", "2026-01-01")],
)
async def test_overlapping_times_are_refused(
    catalogue: Client, valid_from: str, valid_to: str | None
) -> None:
    await draft_and_publish(catalogue, 1, valid_from="2026-01-01", valid_to="2026-06-30")
    changed = make_record(valid_from=valid_from, valid_to=valid_to, same_day=True)
    await catalogue.http.post(PATH, json=changed)
    answer = await publish(catalogue, 2)
    assert (answer.status_code, answer.json()["code"]) == (409, "validity_overlaps")


async def test_the_database_itself_refuses_an_overlap(seeded: str) -> None:
    connection = await asyncpg.connect(seeded)
    try:
        with pytest.raises(asyncpg.ExclusionViolationError):
            await connection.execute(
                "create temporary table another as"
                " select * from procedure_version where code = '1.001193';"
                "update another set version = 2, valid_from = '2030-01-01';"
                "insert into procedure_version select * from another"
            )
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "change",
    [
        "update procedure_version set document = '{}'",
        "update procedure_version set name = 'khác'",
        "update procedure_version set published_at = null",
        "update procedure_version set valid_from = '2018-01-01'",
        "delete from procedure_version",
        "update calendar_version set definition = '{}'",
        "delete from calendar_version",
    ],
)
async def test_the_database_itself_keeps_what_is_published(seeded: str, change: str) -> None:
    connection = await asyncpg.connect(seeded)
    try:
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(change)
    finally:
        await connection.close()


async def test_a_last_day_may_come_earlier_and_never_later(seeded: str) -> None:
    set_end = "update procedure_version set valid_to = $1::text::date where code = '1.001193'"
    connection = await asyncpg.connect(seeded)
    try:
        await connection.execute(set_end, "2027-12-31")
        await connection.execute(set_end, "2027-06-30")
        for refused in ("2027-07-01", None):
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(set_end, refused)
    finally:
        await connection.close()


async def test_an_ended_version_expires_and_is_found_by_its_number(catalogue: Client) -> None:
    await draft_and_publish(catalogue, 1)
    path = f"{PATH}/{CODE}/versions/1/withdrawal"
    ended = await catalogue.http.post(path, json={"valid_to": "2026-02-28"})
    assert (ended.status_code, ended.json()["state"]) == (200, "expired")
    assert (await catalogue.http.get(f"{PATH}/{CODE}")).status_code == 404
    kept = await catalogue.http.get(f"{PATH}/{CODE}", params={"version": 1})
    assert kept.json() == ended.json()
    later = await catalogue.http.post(path, json={"valid_to": "2026-03-31"})
    assert (later.status_code, later.json()["code"]) == (409, "already_ended")
    early = await catalogue.http.post(path, json={"valid_to": "2025-12-31"})
    assert (early.status_code, early.json()["code"]) == (422, "ends_before_it_begins")


async def test_a_draft_cannot_be_ended_and_an_unknown_version_not_published(
    catalogue: Client,
) -> None:
    await catalogue.http.post(PATH, json=make_record())
    path = f"{PATH}/{CODE}/versions/1/withdrawal"
    refused = await catalogue.http.post(path, json={"valid_to": "2026-12-31"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_published")
    assert (await publish(catalogue, 7)).status_code == 404
    unknown = await catalogue.http.post(f"{PATH}/1.888888/versions/1/publication")
    assert unknown.status_code == 404


async def test_two_officers_publish_at_once_and_one_is_told(catalogue: Client) -> None:
    await catalogue.http.post(PATH, json=make_record())
    answers = await asyncio.gather(*(publish(catalogue, 1) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len(await facts_of(catalogue.database_url, f"procedure/{CODE}")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "0.123456"},
        {"levels": ["village"]},
        {"levels": []},
        {"groups": [{"id": "c", "kind": "case", "components": []}]},
        {"valid_from": "2026-02-01", "valid_to": "2026-01-31"},
        {"surprise": 1},
        {"name": "Tên\u0000"},
        {"methods": [make_method("m1", limit={"value": "0", "unit": "day"})]},
        {"methods": [make_method("m1", limit={"value": "0.333", "unit": "working_day"})]},
        {"methods": [make_method("m1", limit={"value": "1.5", "unit": "month"})]},
        {"methods": [make_method("m1", limit={"value": "5", "unit": "week"})]},
        {"methods": [make_method("m1"), make_method("m1")]},
        {"methods": [committed("6", "working_day")]},
        {"methods": [committed("41", "hour")]},
        {"methods": [committed("5", "day")]},
        {"methods": [committed("5", "working_day") | {"limit": None}]},
        {"methods": [make_method("m1", case="no-such-case")]},
        {"groups": [{"id": "c", "kind": "general", "components": [make_component("a")] * 2}]},
        {"groups": [{"id": "c", "kind": "general", "components": []}] * 2},
        {
            "groups": [
                {
                    "id": "c",
                    "kind": "general",
                    "components": [make_component("a", is_note=True)],
                }
            ]
        },
    ],
)
async def test_a_record_that_contradicts_itself_is_malformed(
    catalogue: Client, wrong: Json
) -> None:
    answer = await catalogue.http.post(PATH, json=make_record(**wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"]


async def test_a_field_that_nobody_knows_is_refused_at_publication(catalogue: Client) -> None:
    await catalogue.http.post(PATH, json=make_record(field="Lĩnh vực lạ"))
    answer = await publish(catalogue, 1)
    assert (answer.status_code, answer.json()["code"]) == (422, "field_unknown")


async def test_more_than_the_stream_takes_is_refused_at_publication(catalogue: Client) -> None:
    papers = [make_component(f"p{n}", name="Giấy tờ " * 50) for n in range(200)]
    groups = [{"id": "c", "kind": "general", "components": papers}]
    drafted = await catalogue.http.post(PATH, json=make_record(groups=groups))
    assert drafted.status_code == 201
    answer = await publish(catalogue, 1)
    assert (answer.status_code, answer.json()["code"]) == (422, "publication_too_large")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PATH),
        ("POST", f"{PATH}/1.001193/versions/1/publication"),
        ("POST", f"{PATH}/1.001193/versions/1/withdrawal"),
        ("PUT", f"{PATH}/1.001193/versions/1"),
        ("DELETE", f"{PATH}/1.001193/versions/1"),
        ("PUT", "/v1/agencies/H20"),
        ("POST", "/v1/calendars/VN-HANH-CHINH/versions"),
    ],
)
async def test_only_catalogue_officers_write(
    catalogue: Client, token: Token, method: str, path: str
) -> None:
    anonymous = httpx.AsyncClient(
        transport=httpx.ASGITransport(catalogue.app), base_url="http://service"
    )
    async with anonymous:
        assert (await anonymous.request(method, path, json={})).status_code == 401
        for role in ("citizen", "counter", "leader", "reporter", "operator"):
            bearer = {"Authorization": f"Bearer {token(role)}"}
            answer = await anonymous.request(method, path, json={}, headers=bearer)
            assert answer.status_code == 403, role


async def publish(catalogue: Client, version: int) -> httpx.Response:
    return await catalogue.http.post(f"{PATH}/{CODE}/versions/{version}/publication")


async def draft_and_publish(catalogue: Client, version: int, **changed: object) -> None:
    drafted = await catalogue.http.post(PATH, json=make_record(**changed))
    assert drafted.status_code == 201, drafted.text
    answer = await publish(catalogue, version)
    assert answer.status_code == 200, answer.text
