"""Everybody reads what is published, by filters, dates and numbers."""

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
