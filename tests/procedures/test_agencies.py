"""The tree of agencies, as it was and as it is."""

import asyncio
from datetime import date

import asyncpg

from shared.events import AgencyChanged
from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import Json, facts_of, make_agency
from tests.waiting import until

PATH = "/v1/agencies"
TO_THE_END = ("2019-01-01", None)


def taken_over_by(code: str) -> Json:
    return {"agency": code, "part": "part", "since": "2026-01-01"}


WRONG: tuple[tuple[Json, str], ...] = (
    ({"parent": "H21"}, "parent_is_no_prefix"),
    ({"parent": "H20.9"}, "malformed"),
    ({"parent": "H20.99"}, "parent_unknown"),
    ({"calendar": "KHONG-CO"}, "calendar_unknown"),
    ({"successors": [taken_over_by("H20.901")]}, "successor_unknown"),
    ({"successors": [taken_over_by("H20.99.01")]}, "successor_unknown"),
    ({"successors": [taken_over_by("H20.188")] * 2}, "malformed"),
    ({"successors": [taken_over_by("H20.188") | {"part": "whole"}]}, "malformed"),
    ({"successors": [taken_over_by("H20.188") | {"since": "2025-07-01"}]}, "malformed"),
    ({"acts_for": [{"agency": "H20.901", "valid_from": "2026-01-01"}]}, "acts_for_unknown"),
    ({"old_identifier": "H20.14"}, "malformed"),
    ({"site": "javascript:alert(1)"}, "malformed"),
    ({"valid_to": "2025-06-30"}, "malformed"),
    ({"kind": "shop"}, "malformed"),
)


async def test_the_district_of_2019_names_its_successors(catalogue: Client) -> None:
    district = (await catalogue.http.get(f"{PATH}/H20.40")).json()
    assert (district["level"], district["valid_to"]) == ("district", "2025-06-30")
    assert len(district["successors"]) == 5
    split = (await catalogue.http.get(f"{PATH}/H20.40.10")).json()
    assert split["name"].endswith("xã Tân Thạnh")
    part = {"part": "part", "since": "2025-07-01"}
    assert split["successors"] == [{"agency": "H20.188"} | part, {"agency": "H20.191"} | part]


async def test_a_commune_of_today_knows_what_it_was_made_of(catalogue: Client) -> None:
    long = (await catalogue.http.get(f"{PATH}/H20.179")).json()
    made_of = {link["agency"]: link["part"] for link in long["predecessors"]}
    communes = {"H20.40.02", "H20.40.03", "H20.40.08", "H20.40.09", "H20.40.13"}
    assert made_of == dict.fromkeys(communes, "whole") | {"H20.40": "part"}


async def test_who_stands_in_its_place_depends_on_the_day(catalogue: Client) -> None:
    for code, on, heirs in (
        ("H20.40.10", "2025-06-30", [("H20.40.10", "whole")]),
        ("H20.40.10", "2025-07-01", [("H20.188", "part"), ("H20.191", "part")]),
        ("H20.40.02", "2026-03-02", [("H20.179", "whole")]),
        ("H20.14", "2026-03-02", [("H20.09", "whole")]),
        ("H20.40.10", "2018-12-31", []),
        ("H20.40.80", "2026-03-02", []),
    ):
        answer = await catalogue.http.get(f"{PATH}/{code}/successors", params={"on": on})
        found = [(heir["agency"], heir["part"]) for heir in answer.json()["items"]]
        assert found == heirs, (code, on)


async def test_mergers_are_followed_to_those_that_exist(catalogue: Client) -> None:
    whole = {"agency": "H20.901", "part": "whole", "since": "2026-02-01"}
    await put(catalogue, "H20.901", make_agency(valid_from="2026-02-01"))
    for code in ("H20.188", "H20.191"):
        before = (await catalogue.http.get(f"{PATH}/{code}")).json()
        kept = {name: before[name] for name in make_agency() | {"statistical_code": ""}}
        await put(catalogue, code, kept | {"valid_to": "2026-01-31", "successors": [whole]})
    split = (await catalogue.http.get(f"{PATH}/H20.40.10/successors")).json()
    assert [(heir["agency"], heir["part"]) for heir in split["items"]] == [("H20.901", "part")]
    long_before = make_agency(
        valid_from="2020-01-01",
        valid_to="2025-12-31",
        successors=[taken_over_by("H20.02")],
    )
    await put(catalogue, "H20.906", long_before)
    unborn = await catalogue.http.get(f"{PATH}/H20.906/successors?on=2019-06-01")
    assert unborn.json()["items"] == []
    between = await catalogue.http.get(f"{PATH}/H20.40.10/successors?on=2026-01-31")
    assert len(between.json()["items"]) == 2


async def test_the_tree_is_walked_by_parent_level_kind_and_day(catalogue: Client) -> None:
    communes = [f"H20.40.{n:02d}" for n in range(1, 14)]
    assert await names(catalogue, parent="H20.40", level="commune") == communes
    assert await names(catalogue, kind="vertical") == ["H20.30", "H20.31", "H20.32"]
    before = await names(catalogue, level="commune", on="2025-06-30")
    after = await names(catalogue, level="commune", on="2025-07-01")
    assert len(before) == 13
    assert len(after) == 102
    assert not set(before) & set(after)


async def test_post_offices_of_the_pilot_act_for_their_agencies(catalogue: Client) -> None:
    assert len(await names(catalogue, kind="post_office", on="2019-12-01")) == 4
    there = {"acts_for": "H20.40.13"}
    assert await names(catalogue, **there) == ["H20.40.13.01"]
    assert await names(catalogue, **there, on="2019-01-01") == ["H20.40.13.01"]
    assert await names(catalogue, **there, on="2018-12-31") == []
    ending = {"agency": "H20.191", "valid_from": "2026-01-01", "valid_to": "2026-01-31"}
    await put(catalogue, "H20.902", make_agency(kind="post_office", acts_for=[ending]))
    assert await names(catalogue, acts_for="H20.191", on="2026-01-31") == ["H20.902"]
    assert await names(catalogue, acts_for="H20.191", on="2026-02-01") == []


async def test_either_form_of_an_identifier_finds_the_agency(catalogue: Client) -> None:
    for identifier in ("H20.14", "000.00.14.H20", "STTTT"):
        assert await names(catalogue, identifier=identifier) == ["H20.14"]
    assert await names(catalogue, identifier="000.00.02.H20") == ["H20.02"]
    assert await names(catalogue, identifier="000.00.99.H20") == []


async def test_an_agency_shows_its_old_form_or_that_it_has_none(catalogue: Client) -> None:
    forms = {
        code: (await catalogue.http.get(f"{PATH}/{code}")).json()["old_form"]
        for code in ("H20.14", "H20.40.10", "H20.188")
    }
    assert forms == {"H20.14": "000.00.14.H20", "H20.40.10": "000.10.40.H20", "H20.188": None}


async def test_pages_join_in_the_order_of_the_tree(catalogue: Client) -> None:
    everyone = await names(catalogue, limit=40)
    assert everyone == sorted(everyone)
    assert len(everyone) == 136


async def test_a_change_is_told_whole_and_the_same_again_is_not(catalogue: Client) -> None:
    for _ in range(2):
        answer = await catalogue.http.put(f"{PATH}/H20.900", json=make_agency())
        assert answer.status_code == 200, answer.text
    renamed = make_agency(
        name="Ủy ban nhân dân xã Mới",
        calendar="VN-HANH-CHINH",
        modern_since="2026-01-01",
        hotline="0277 3 851 431",
        acts_for=[{"agency": "H20.188", "valid_from": "2026-01-01"}],
    )
    await catalogue.http.put(f"{PATH}/H20.900", json=renamed)
    facts = await facts_of(catalogue.database_url, "agency/H20.900")
    assert [(fact.sequence, fact.agency) for fact in facts] == [(1, "H20.900"), (2, "H20.900")]
    told = facts[1].data
    assert isinstance(told, AgencyChanged)
    assert (told.name, told.calendar) == ("Ủy ban nhân dân xã Mới", "VN-HANH-CHINH")
    assert (told.modern_since, told.hotline) == (date(2026, 1, 1), "0277 3 851 431")
    assert [acting.agency for acting in told.acts_for] == ["H20.188"]


async def test_an_agency_fits_the_tree(catalogue: Client) -> None:
    for wrong, code in WRONG:
        target = "H20.99.01" if wrong.get("parent") == "H20.99" else "H20.901"
        answer = await catalogue.http.put(f"{PATH}/{target}", json=make_agency(**wrong))
        assert (answer.status_code, answer.json()["code"]) == (422, code), wrong


async def test_officers_change_only_their_part_of_the_tree(
    service_client: ServiceClient, seeded: str, token: Token
) -> None:
    officer = await service_client(
        "procedures", database_url=seeded, bearer=token("catalogue", agencies=["H20.40"])
    )
    mine = make_agency(parent="H20.40", valid_from="2019-01-01", valid_to="2025-06-30")
    assert (await officer.http.put(f"{PATH}/H20.40.90", json=mine)).status_code == 200
    foreign = await officer.http.put(f"{PATH}/H20.900", json=make_agency())
    assert (foreign.status_code, foreign.json()["code"]) == (403, "agency_out_of_scope")


async def test_a_child_lives_within_its_parents_time(catalogue: Client) -> None:
    for first, last in (("2018-12-31", "2025-06-30"), ("2019-01-01", "2025-07-01"), TO_THE_END):
        child = make_agency(parent="H20.40", valid_from=first, valid_to=last)
        answer = await catalogue.http.put(f"{PATH}/H20.40.90", json=child)
        assert (answer.status_code, answer.json()["code"]) == (409, "outside_parents_validity")


async def test_a_parent_cannot_leave_its_children_outside(catalogue: Client) -> None:
    for first, last in (("2019-01-02", "2025-06-30"), ("2019-01-01", "2025-06-29")):
        district = make_agency(level="district", valid_from=first, valid_to=last)
        answer = await catalogue.http.put(f"{PATH}/H20.40", json=district)
        assert (answer.status_code, answer.json()["code"]) == (409, "children_outside_validity")
        assert "H20.40.01" in answer.json()["detail"]


async def test_a_child_waits_for_the_change_of_its_parent(catalogue: Client) -> None:
    await put(catalogue, "H20.903", make_agency())
    connection = await asyncpg.connect(catalogue.database_url)
    try:
        ending = connection.transaction()
        await ending.start()
        await connection.execute("update agency set valid_to = '2025-12-31' where code = 'H20.903'")
        child = make_agency(parent="H20.903")
        entering = asyncio.create_task(catalogue.http.put(f"{PATH}/H20.903.10", json=child))

        async def decided() -> bool:
            waiting = "select count(*) from pg_locks where not granted"
            return entering.done() or bool(await connection.fetchval(waiting))

        await until(decided, seconds=10, what="the child waits or is answered")
        await ending.commit()
    finally:
        await connection.close()
    answer = await entering
    assert (answer.status_code, answer.json()["code"]) == (409, "outside_parents_validity")


async def test_a_change_decided_on_a_stale_view_is_refused(catalogue: Client) -> None:
    path = f"{PATH}/H20.904"
    first = await catalogue.http.put(path, json=make_agency())
    seen = await catalogue.http.get(path)
    assert seen.headers["etag"] == first.headers["etag"]
    fresh = {"If-Match": seen.headers["etag"]}
    renamed = make_agency(name="Ủy ban nhân dân xã Mới")
    assert (await catalogue.http.put(path, json=renamed, headers=fresh)).status_code == 200
    stale = await catalogue.http.put(path, json=make_agency(), headers=fresh)
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    nobody = await catalogue.http.put(
        f"{PATH}/H20.905", json=make_agency(), headers={"If-Match": "*"}
    )
    assert nobody.status_code == 412


async def put(catalogue: Client, code: str, description: Json) -> None:
    answer = await catalogue.http.put(f"{PATH}/{code}", json=description)
    assert answer.status_code == 200, answer.text


async def names(catalogue: Client, **params: str | int) -> list[str]:
    found: list[str] = []
    for _ in range(10):
        page = (await catalogue.http.get(PATH, params=params)).json()
        found.extend(item["code"] for item in page["items"])
        if page["next"] is None:
            return found
        params = params | {"after": page["next"]}
    raise AssertionError("the pages never end")
