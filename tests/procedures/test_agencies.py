"""The tree of agencies, as it was and as it is."""

import pytest

from shared.events import AgencyChanged
from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import Json, facts_of, make_agency

PATH = "/v1/agencies"


async def test_the_district_of_2019_names_its_successors(catalogue: Client) -> None:
    district = (await catalogue.http.get(f"{PATH}/H20.40")).json()
    assert (district["level"], district["valid_to"]) == ("district", "2025-06-30")
    assert len(district["successors"]) == 5
    split = (await catalogue.http.get(f"{PATH}/H20.40.10")).json()
    assert split["name"].endswith("xã Tân Thạnh")
    assert split["successors"] == ["H20.188", "H20.191"]


async def test_the_tree_is_walked_by_parent_level_and_day(catalogue: Client) -> None:
    assert await names(catalogue, parent="H20.40") == [f"H20.40.{n:02d}" for n in range(1, 14)]
    before = await names(catalogue, level="commune", on="2025-06-30")
    after = await names(catalogue, level="commune", on="2025-07-01")
    assert len(before) == 13
    assert len(after) == 102
    assert not set(before) & set(after)


async def test_pages_join_in_the_order_of_the_tree(catalogue: Client) -> None:
    everyone = await names(catalogue, limit=40)
    assert everyone == sorted(everyone)
    assert len(everyone) == 126


async def test_a_change_is_told_whole_and_the_same_again_is_not(catalogue: Client) -> None:
    for _ in range(2):
        answer = await catalogue.http.put(f"{PATH}/H20.900", json=make_agency())
        assert answer.status_code == 200, answer.text
    renamed = make_agency(name="Ủy ban nhân dân xã Mới", calendar="VN-HANH-CHINH")
    await catalogue.http.put(f"{PATH}/H20.900", json=renamed)
    facts = await facts_of(catalogue.database_url, "agency/H20.900")
    assert [(fact.sequence, fact.agency) for fact in facts] == [(1, "H20.900"), (2, "H20.900")]
    told = facts[1].data
    assert isinstance(told, AgencyChanged)
    assert (told.name, told.calendar) == ("Ủy ban nhân dân xã Mới", "VN-HANH-CHINH")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"parent": "H21"}, "parent_is_no_prefix"),
        ({"parent": "H20.9"}, "malformed"),
        ({"parent": "H20.99"}, "parent_unknown"),
        ({"calendar": "KHONG-CO"}, "calendar_unknown"),
        ({"successors": ["H20.901"]}, "successor_unknown"),
        ({"successors": ["H20.99.01"]}, "successor_unknown"),
        ({"valid_to": "2025-06-30"}, "malformed"),
        ({"kind": "shop"}, "malformed"),
    ],
)
async def test_an_agency_fits_the_tree(catalogue: Client, wrong: Json, code: str) -> None:
    target = "H20.99.01" if wrong.get("parent") == "H20.99" else "H20.901"
    answer = await catalogue.http.put(f"{PATH}/{target}", json=make_agency(**wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_officers_change_only_their_part_of_the_tree(
    service_client: ServiceClient, seeded: str, token: Token
) -> None:
    officer = await service_client(
        "procedures", database_url=seeded, bearer=token("catalogue", agencies=["H20.40"])
    )
    mine = make_agency(parent="H20.40")
    assert (await officer.http.put(f"{PATH}/H20.40.90", json=mine)).status_code == 200
    foreign = await officer.http.put(f"{PATH}/H20.900", json=make_agency())
    assert (foreign.status_code, foreign.json()["code"]) == (403, "agency_out_of_scope")


async def names(catalogue: Client, **params: str | int) -> list[str]:
    found: list[str] = []
    for _ in range(10):
        page = (await catalogue.http.get(PATH, params=params)).json()
        found.extend(item["code"] for item in page["items"])
        if page["next"] is None:
            return found
        params = params | {"after": page["next"]}
    raise AssertionError("the pages never end")
