"""A draft may be written again or discarded; what is published may not."""

import asyncio

import asyncpg
import httpx

from tests.conftest import Client, Token
from tests.procedures.factories import facts_of, make_method, make_record

CODE = "1.999001"
PATH = f"/v1/procedures/{CODE}"
DRAFT = f"{PATH}/versions/1"


async def test_a_draft_is_written_again_whole_and_then_published_so(catalogue: Client) -> None:
    await draft(catalogue)
    record = make_record(name="Tên đã sửa", methods=[make_method("m9", method="online")])
    edited = await catalogue.http.put(DRAFT, json=record)
    assert (edited.status_code, edited.json()["version"]) == (200, 1)
    assert edited.json()["edited_at"] == "2026-03-02T09:00:00+07:00"
    shown = await catalogue.http.get(PATH, params={"version": 1})
    assert shown.json() == edited.json()
    assert shown.headers["etag"].removeprefix("W/") == edited.headers["etag"]
    await publish(catalogue)
    found = await catalogue.http.get("/v1/procedures", params={"q": "ten da sua"})
    assert [item["methods"] for item in found.json()["items"]] == [["online"]]


async def test_who_read_an_older_draft_does_not_overwrite_a_newer_one(catalogue: Client) -> None:
    read = {"If-Match": (await draft(catalogue)).headers["etag"]}
    first = await catalogue.http.put(
        DRAFT, json=make_record(name="Của người thứ nhất"), headers=read
    )
    second = await catalogue.http.put(
        DRAFT, json=make_record(name="Của người thứ hai"), headers=read
    )
    assert (first.status_code, second.status_code) == (200, 412)
    assert (await catalogue.http.delete(DRAFT, headers=read)).status_code == 412
    fresh = {"If-Match": first.headers["etag"]}
    assert (await catalogue.http.delete(DRAFT, headers=fresh)).status_code == 200


async def test_of_two_who_read_the_same_draft_one_writes_it(catalogue: Client) -> None:
    read = {"If-Match": (await draft(catalogue)).headers["etag"]}
    answers = await asyncio.gather(
        *(
            catalogue.http.put(DRAFT, json=make_record(name=f"Tên {n}"), headers=read)
            for n in range(6)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5


async def test_a_discarded_draft_is_gone_and_its_number_stays_used(catalogue: Client) -> None:
    await draft(catalogue)
    gone = await catalogue.http.delete(DRAFT, headers={"Idempotency-Key": "bo-1"})
    assert (gone.status_code, gone.json()["record"]["code"]) == (200, CODE)
    again = await catalogue.http.delete(DRAFT, headers={"Idempotency-Key": "bo-1"})
    assert (again.status_code, again.content) == (200, gone.content)
    assert (await catalogue.http.delete(DRAFT)).status_code == 404
    assert (await catalogue.http.get(PATH, params={"version": 1})).status_code == 404
    assert (await draft(catalogue)).json()["version"] == 2
    assert await facts_of(catalogue.database_url, f"procedure/{CODE}") == []


async def test_a_published_version_is_neither_written_again_nor_discarded(
    catalogue: Client,
) -> None:
    await draft(catalogue)
    await publish(catalogue)
    for answer in (
        await catalogue.http.put(DRAFT, json=make_record(name="Khác")),
        await catalogue.http.delete(DRAFT),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "already_published")
    assert (await catalogue.http.get(PATH)).json()["record"]["name"] == make_record()["name"]


async def test_publishing_and_discarding_at_once_leave_one_of_both(catalogue: Client) -> None:
    await draft(catalogue)
    published, gone = await asyncio.gather(
        catalogue.http.post(f"{DRAFT}/publication"), catalogue.http.delete(DRAFT)
    )
    assert (published.status_code, gone.status_code) in {(200, 409), (404, 200)}
    facts = await facts_of(catalogue.database_url, f"procedure/{CODE}")
    assert len(facts) == (1 if published.status_code == 200 else 0)


async def test_the_body_is_about_the_procedure_of_the_path(catalogue: Client) -> None:
    await draft(catalogue)
    answer = await catalogue.http.put(DRAFT, json=make_record(code="1.999002"))
    assert (answer.status_code, answer.json()["code"]) == (422, "code_differs")
    unknown = await catalogue.http.put(f"{PATH}/versions/7", json=make_record())
    assert unknown.status_code == 404


async def test_who_drafted_edited_and_published_is_kept(catalogue: Client, token: Token) -> None:
    await draft(catalogue)
    editor = {"Authorization": f"Bearer {token('catalogue', subject='nguoi-sua')}"}
    await catalogue.http.put(DRAFT, json=make_record(name="Tên khác"), headers=editor)
    await publish(catalogue)
    connection = await asyncpg.connect(catalogue.database_url)
    try:
        row = await connection.fetchrow(
            "select drafted_by, edited_by, published_by from procedure_version where code = $1",
            CODE,
        )
    finally:
        await connection.close()
    assert tuple(row) == ("can-bo-thu", "nguoi-sua", "can-bo-thu")


async def draft(catalogue: Client) -> httpx.Response:
    answer = await catalogue.http.post("/v1/procedures", json=make_record())
    assert answer.status_code == 201, answer.text
    return answer


async def publish(catalogue: Client) -> None:
    answer = await catalogue.http.post(f"{DRAFT}/publication")
    assert answer.status_code == 200, answer.text
