"""Fields get their codes, and new ones are entered, by officers."""

import httpx

from tests.conftest import Client, Token

PATH = "/v1/fields"
NOTARY = {"code": "G15-TP05", "ministry_code": "G15", "ministry": "Bộ Tư pháp"}


async def test_a_field_gets_its_code_and_is_found_by_it(catalogue: Client) -> None:
    seen = await catalogue.http.get(f"{PATH}/Hộ tịch")
    fresh = {"If-Match": seen.headers["etag"]}
    changed = await catalogue.http.put(f"{PATH}/Hộ tịch", json=NOTARY, headers=fresh)
    assert changed.json() == NOTARY | {"name": "Hộ tịch"}
    stale = await catalogue.http.put(f"{PATH}/Hộ tịch", json=NOTARY, headers=fresh)
    assert stale.status_code == 412
    found = (await catalogue.http.get(PATH, params={"code": "G15-TP05"})).json()["items"]
    assert [field["name"] for field in found] == ["Hộ tịch"]
    taken = await catalogue.http.put(f"{PATH}/Chứng thực", json=NOTARY)
    assert (taken.status_code, taken.json()["code"]) == (409, "field_code_taken")


async def test_a_new_field_may_hold_a_slash(catalogue: Client) -> None:
    name = "Lưu trữ/Văn thư"
    assert (await catalogue.http.get(f"{PATH}/{name}")).status_code == 404
    entered = await catalogue.http.put(f"{PATH}/{name}", json={"ministry_code": "G09"})
    assert (entered.status_code, entered.json()["name"]) == (200, name)
    assert (await catalogue.http.get(f"{PATH}/{name}")).json() == entered.json()


async def test_a_field_that_cannot_be_is_refused(catalogue: Client) -> None:
    for wrong in ({"code": "G15"}, {"code": "G15-TP05", "ministry_code": "G09"}, {"name": "Khác"}):
        answer = await catalogue.http.put(f"{PATH}/Hộ tịch", json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_only_catalogue_officers_write(catalogue: Client, token: Token) -> None:
    anonymous = httpx.AsyncClient(
        transport=httpx.ASGITransport(catalogue.app), base_url="http://service"
    )
    bearer = {"Authorization": f"Bearer {token('counter', 'leader', 'reporter')}"}
    async with anonymous:
        for path in (
            f"{PATH}/Hộ tịch",
            "/v1/competences/1.001193",
            "/v1/targets/THU/versions/2026-01-01",
            "/v1/agencies/H20/quality-documents/1.001193",
        ):
            assert (await anonymous.put(path, json={})).status_code == 401
            assert (await anonymous.put(path, json={}, headers=bearer)).status_code == 403
