"""Everybody reads what is published, by filters, words, dates and numbers."""

import asyncpg
import httpx
import pytest

from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import Json, make_record

PAGES_MAX = 20


async def test_one_procedure_is_shown_whole_without_a_token(
    service_client: ServiceClient, seeded: str
) -> None:
    public = await service_client("procedures", database_url=seeded, bearer="")
    view = (await public.http.get("/v1/procedures/1.012753")).json()
    assert (view["version"], view["state"], view["internal"]) == (1, "published", False)
    limits = {row["method"]: row["limit"]["value"] for row in view["record"]["methods"]}
    assert limits == {"online": "17", "postal": "30", "direct": "20"}


async def test_an_unknown_limit_is_shown_as_null(catalogue: Client) -> None:
    view = (await catalogue.http.get("/v1/procedures/2.000815")).json()
    assert view["record"]["same_day"]
    assert [row["limit"] for row in view["record"]["methods"]] == [None, None]


@pytest.mark.parametrize("q", ["đăng ký khai sinh", "dang ky khai sinh", "KHAI SINH đăng ký"])
async def test_words_are_found_with_and_without_marks(catalogue: Client, q: str) -> None:
    found = await codes(catalogue, q=q)
    assert "1.001193" in found
    assert "1.012753" not in found


async def test_the_phrase_as_typed_comes_first(catalogue: Client) -> None:
    page = await catalogue.http.get("/v1/procedures", params={"q": "Đăng ký thường trú"})
    assert page.json()["items"][0]["code"] == "1.004222"


async def test_a_code_finds_its_procedure(catalogue: Client) -> None:
    assert await codes(catalogue, q="1.004222") == ["1.004222"]


@pytest.mark.parametrize("q", ["%", "_", "  ", "!!"])
async def test_a_search_without_words_is_refused(catalogue: Client, q: str) -> None:
    answer = await catalogue.http.get("/v1/procedures", params={"q": q})
    assert (answer.status_code, answer.json()["code"]) == (422, "search_without_words")


async def test_filters_by_field_level_and_method_agree_with_the_views(catalogue: Client) -> None:
    everything = await items(catalogue)
    assert len(everything) == 137
    for name, value in (("level", "province"), ("method", "postal"), ("field", "Hộ tịch")):
        wanted = [
            item["code"]
            for item in everything
            if value in (item["levels"] + item["methods"] + [item["field"]])
        ]
        assert wanted
        assert await codes(catalogue, **{name: value}) == wanted


async def test_pages_of_a_search_join_without_gap_or_repeat(catalogue: Client) -> None:
    whole = await codes(catalogue, q="đăng ký", limit=200)
    assert len(whole) > 20
    assert await codes(catalogue, q="đăng ký", limit=7) == whole
    assert sorted(await codes(catalogue, limit=10)) == await codes(catalogue, limit=200)


@pytest.mark.parametrize("cursor", ["x", "WyJ4IiwieSJd", "WzEsMl0", "WyIwIiwiXHUwMDAwIl0"])
async def test_a_made_up_cursor_is_refused(catalogue: Client, cursor: str) -> None:
    answer = await catalogue.http.get("/v1/procedures", params={"after": cursor, "q": "khai"})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_unreadable")


async def test_internal_procedures_are_apart_and_marked(catalogue: Client) -> None:
    for code in ("5.000001", "6.000001"):
        await publish(catalogue, make_record(code=code))
    assert not {"5.000001", "6.000001"} & set(await codes(catalogue, limit=200))
    internal = await items(catalogue, internal="true")
    assert [item["code"] for item in internal] == ["5.000001", "6.000001"]
    assert all(item["internal"] for item in internal)


async def test_the_version_in_force_depends_on_the_day(catalogue: Client) -> None:
    await publish(catalogue, make_record(valid_from="2026-01-01"))
    await publish(catalogue, make_record(valid_from="2026-04-01", same_day=True), version=2)
    path = "/v1/procedures/1.999001"
    today = (await catalogue.http.get(path)).json()
    later = (await catalogue.http.get(path, params={"on": "2026-04-01"})).json()
    assert (today["version"], today["valid_to"]) == (1, "2026-03-31")
    assert later["version"] == 2
    assert (await catalogue.http.get(path, params={"version": 2})).json() == later
    before = await catalogue.http.get(path, params={"on": "2025-12-31"})
    assert before.status_code == 404
    versions = (await catalogue.http.get(f"{path}/versions")).json()["items"]
    assert [version["version"] for version in versions] == [2, 1]


async def test_drafts_are_seen_by_catalogue_officers_only(
    service_client: ServiceClient, catalogue: Client, seeded: str, token: Token
) -> None:
    await draft(catalogue, make_record())
    path = "/v1/procedures/1.999001"
    public = await service_client("procedures", database_url=seeded, bearer="")
    counter = {"Authorization": f"Bearer {token('counter')}"}
    officer = {"Authorization": f"Bearer {token('catalogue')}"}
    for headers, status in (({}, 404), (counter, 404), (officer, 200)):
        for url in (f"{path}?version=1", f"{path}/versions"):
            assert (await public.http.get(url, headers=headers)).status_code == status
    assert (await public.http.get(path, headers=officer)).status_code == 404
    forged = await public.http.get(path, headers={"Authorization": "Bearer forged"})
    assert forged.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/v1/procedures?q=khai",
        "/v1/procedures/1.001193",
        "/v1/procedures/1.001193/versions",
        "/v1/agencies/H20",
        "/v1/agencies?parent=H20",
        "/v1/calendars",
        "/v1/calendars/VN-HANH-CHINH",
        "/v1/calendars/VN-HANH-CHINH/versions/1",
        "/v1/fields",
    ],
)
async def test_what_has_not_changed_is_not_sent_again(catalogue: Client, path: str) -> None:
    first = await catalogue.http.get(path)
    again = await catalogue.http.get(path, headers={"If-None-Match": first.headers["etag"]})
    stale = await catalogue.http.get(path, headers={"If-None-Match": '"old"'})
    assert (first.status_code, again.status_code, stale.status_code) == (200, 304, 200)
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/procedures/1.999999", 404),
        ("/v1/procedures/9", 422),
        ("/v1/procedures/1.001193?version=99", 404),
        ("/v1/procedures/1.001193?version=99999999999", 422),
        ("/v1/procedures?field=%00", 422),
        ("/v1/procedures?q=a%00b", 422),
        ("/v1/procedures?level=village", 422),
        ("/v1/procedures?limit=0", 422),
        ("/v1/agencies/H99", 404),
        ("/v1/agencies/nowhere", 422),
        ("/v1/calendars/KHONG-CO", 404),
        ("/v1/calendars/VN-HANH-CHINH/versions/9", 404),
    ],
)
async def test_what_is_not_there_or_wrongly_asked_is_a_problem(
    catalogue: Client, path: str, status: int
) -> None:
    answer = await catalogue.http.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


async def test_a_search_in_a_large_catalogue_uses_the_trigram_index(seeded: str) -> None:
    connection = await asyncpg.connect(seeded)
    try:
        await connection.execute(
            "create temporary table many as select v.*, '9.' || lpad(n::text, 6, '0') as fresh"
            " from procedure_version v, generate_series(1, 20000) n where v.code = '1.012753';"
            "insert into procedure (code) select fresh from many;"
            "insert into procedure_version select fresh, version, name, field, levels, methods,"
            " internal, same_day, valid_from, valid_to, fresh || ' giay phep', '{}', content_hash,"
            " drafted_at, drafted_by, published_at, published_by from many;"
            "analyze procedure_version"
        )
        plan = await connection.fetch(
            "explain select code from procedure_version"
            " where published_at is not null and search_key like '%khai sinh%'"
        )
    finally:
        await connection.close()
    assert "procedure_version_search" in "\n".join(row[0] for row in plan)


async def items(catalogue: Client, **params: str | int) -> list[Json]:
    found: list[Json] = []
    for _ in range(PAGES_MAX):
        page = (await catalogue.http.get("/v1/procedures", params=params)).json()
        found.extend(page["items"])
        if page["next"] is None:
            return found
        params = params | {"after": page["next"]}
    raise AssertionError("the pages never end")


async def codes(catalogue: Client, **params: str | int) -> list[str]:
    return [str(item["code"]) for item in await items(catalogue, **params)]


async def draft(catalogue: Client, record: dict[str, object]) -> httpx.Response:
    answer = await catalogue.http.post("/v1/procedures", json=record)
    assert answer.status_code == 201, answer.text
    return answer


async def publish(catalogue: Client, record: dict[str, object], *, version: int = 1) -> None:
    await draft(catalogue, record)
    path = f"/v1/procedures/{record['code']}/versions/{version}/publication"
    answer = await catalogue.http.post(path)
    assert answer.status_code == 200, answer.text
