"""Who receives, decides and supports a procedure: the list where there is one, else the level."""

from shared.events import CompetenceChanged
from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import Json, facts_of, make_agency

BIRTH = "1.001193"
RECORD_CHECK = "3.000333"
COPIES = "2.000815"
SINCE = {"valid_from": "2026-01-01"}


async def test_without_a_list_the_level_decides(catalogue: Client) -> None:
    assert await roles(catalogue, "H20.188", BIRTH) == ["receives", "decides"]
    assert await roles(catalogue, "H20", BIRTH) == []
    assert await roles(catalogue, "H20.30", "1.012753") == []


async def test_a_list_settles_a_role_for_its_province(catalogue: Client) -> None:
    assert await roles(catalogue, "H20.30", RECORD_CHECK) == ["receives", "decides"]
    assert await roles(catalogue, "H20.01.01", RECORD_CHECK) == ["receives"]
    assert await roles(catalogue, "H20", RECORD_CHECK) == []
    await put_agency(catalogue, "H21", level="province", parent=None, valid_from="2019-01-01")
    assert await roles(catalogue, "H21", RECORD_CHECK) == ["receives", "decides"]


async def test_a_line_names_all_of_a_level_below_an_agency(catalogue: Client) -> None:
    everyone = line("H20", "decides", level="commune")
    await put(catalogue, BIRTH, everyone, line("H20.30", "cooperates"))
    assert await roles(catalogue, "H20.188", BIRTH) == ["receives", "decides"]
    assert await roles(catalogue, "H20.30", BIRTH) == ["cooperates"]
    assert await roles(catalogue, "H20.02", BIRTH) == []
    await put(catalogue, BIRTH, line("H20.188", "decides"))
    assert await roles(catalogue, "H20.188", BIRTH) == ["receives", "decides"]
    assert await roles(catalogue, "H20.189", BIRTH) == ["receives"]


async def test_a_line_counts_from_its_first_day_to_its_last(catalogue: Client) -> None:
    ending = line("H20.02", "decides", valid_from="2026-03-03", valid_to="2026-03-05")
    await put(catalogue, BIRTH, ending)
    held = [
        await roles(catalogue, "H20.02", BIRTH, on=f"2026-03-{day:02d}") for day in (2, 3, 5, 6)
    ]
    assert held == [[], ["decides"], ["decides"], []]
    others = [await roles(catalogue, "H20.188", BIRTH, on=f"2026-03-0{day}") for day in (5, 6)]
    assert others == [["receives"], ["receives", "decides"]]


async def test_a_post_office_receives_for_whom_it_acts_and_decides_nothing(
    catalogue: Client,
) -> None:
    acting = {"agency": "H20.188", "valid_from": "2026-01-01", "valid_to": "2026-03-31"}
    office = {"kind": "post_office", "level": "other", "acts_for": [acting]}
    await put_agency(catalogue, "H20.902", **office)
    assert await roles(catalogue, "H20.902", BIRTH) == ["receives"]
    assert await roles(catalogue, "H20.902", BIRTH, on="2026-04-01") == []
    await put(catalogue, BIRTH, line("H20.189", "receives"))
    assert await roles(catalogue, "H20.902", BIRTH) == []


async def test_a_reception_point_receives_what_its_centre_and_the_agency_above_do(
    catalogue: Client,
) -> None:
    centre = {"kind": "one_stop_centre", "parent": "H20.188", "level": "other"}
    await put_agency(catalogue, "H20.188.01", **centre)
    point = {"kind": "reception_point", "parent": "H20.188.01", "level": "other"}
    await put_agency(catalogue, "H20.188.01.01", **point)
    assert await roles(catalogue, "H20.188.01", BIRTH) == ["receives"]
    assert await roles(catalogue, "H20.188.01.01", BIRTH) == ["receives"]


async def test_an_agency_that_is_gone_does_nothing_on_that_day(catalogue: Client) -> None:
    path = "/v1/agencies/H20.40.10/procedures"
    assert (await catalogue.http.get(path)).json()["items"] == []
    then = (await catalogue.http.get(path, params={"on": "2025-06-30"})).json()
    assert len(then["items"]) > 10
    assert (await catalogue.http.get("/v1/agencies/H20.999/procedures")).status_code == 404


async def test_pages_of_an_agencys_procedures_join(catalogue: Client) -> None:
    path = "/v1/agencies/H20.188/procedures"
    whole = (await catalogue.http.get(path, params={"limit": 200})).json()["items"]
    first = (await catalogue.http.get(path, params={"limit": 50})).json()
    second = await catalogue.http.get(path, params={"limit": 200, "after": first["next"]})
    assert first["items"] + second.json()["items"] == whole
    assert COPIES in [item["code"] for item in whole]
    deciding = await catalogue.http.get("/v1/agencies/H20.30/procedures?role=cooperates")
    assert deciding.json()["items"] == []


async def test_a_list_is_told_whole_and_the_same_again_is_not(catalogue: Client) -> None:
    lines = [line("H20.188", "decides", boundary_free="province"), line("H20", "cooperates")]
    for _ in range(2):
        await put(catalogue, BIRTH, *lines)
    (fact,) = await facts_of(catalogue.database_url, f"competence/{BIRTH}")
    assert isinstance(fact.data, CompetenceChanged)
    assert [told.agency for told in fact.data.lines] == ["H20.188", "H20"]
    assert fact.data.lines[0].boundary_free == "province"
    await put(catalogue, BIRTH)
    facts = await facts_of(catalogue.database_url, f"competence/{BIRTH}")
    assert [getattr(fact.data, "lines", None) == () for fact in facts] == [False, True]


async def test_a_list_that_cannot_be_is_refused(catalogue: Client) -> None:
    all_of_h20 = {"agency": "H20", "role": "decides"}
    for lines, code in (
        ([{"agency": "H20.999", "role": "decides"}], "agency_unknown"),
        ([all_of_h20, all_of_h20], "competence_overlaps"),
        ([all_of_h20 | {"valid_to": "2025-12-31"}], "malformed"),
        ([{"agency": "H20", "role": "signs"}], "malformed"),
    ):
        body = {"lines": [SINCE | given for given in lines]}
        answer = await catalogue.http.put(f"/v1/competences/{BIRTH}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_lists_are_read_by_procedure_and_agency(catalogue: Client) -> None:
    listed = (await catalogue.http.get("/v1/competences", params={"agency": "H20.30"})).json()
    assert {item["procedure"] for item in listed["items"]} >= {RECORD_CHECK, "2.001402"}
    pages = await catalogue.http.get("/v1/competences", params={"limit": 4})
    rest = await catalogue.http.get("/v1/competences", params={"after": pages.json()["next"]})
    assert len(pages.json()["items"] + rest.json()["items"]) == 12
    for made_up in ("WyIxIiwieCJd", "WyIxIiwiOTk5OTk5OTk5OTk5OTkiXQ"):
        wrong = await catalogue.http.get("/v1/competences", params={"after": made_up})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor_unreadable")
    assert (await catalogue.http.get(f"/v1/competences/{COPIES}")).json()["lines"] == []


async def test_officers_change_lines_of_their_own_agencies_only(
    service_client: ServiceClient, seeded: str, token: Token
) -> None:
    officer = await service_client(
        "procedures", database_url=seeded, bearer=token("catalogue", agencies=["H20.30"])
    )
    path = f"/v1/competences/{RECORD_CHECK}"
    kept = (await officer.http.get(path)).json()["lines"]
    others = [shown for shown in kept if shown["agency"] != "H20.30"]
    assert (await officer.http.put(path, json={"lines": others})).status_code == 200
    refused = await officer.http.put(path, json={"lines": []})
    assert (refused.status_code, refused.json()["code"]) == (403, "agency_out_of_scope")


async def test_a_list_changed_meanwhile_is_not_overwritten(catalogue: Client) -> None:
    path = f"/v1/competences/{BIRTH}"
    seen = {"If-Match": (await catalogue.http.get(path)).headers["etag"]}
    body = {"lines": [line("H20.188", "decides")]}
    assert (await catalogue.http.put(path, json=body, headers=seen)).status_code == 200
    assert (await catalogue.http.put(path, json=body, headers=seen)).status_code == 412


def line(agency: str, role: str, **changed: str) -> Json:
    return SINCE | {"agency": agency, "role": role} | changed


async def put(catalogue: Client, procedure: str, *lines: Json) -> None:
    answer = await catalogue.http.put(f"/v1/competences/{procedure}", json={"lines": lines})
    assert answer.status_code == 200, answer.text


async def put_agency(catalogue: Client, code: str, **changed: object) -> None:
    answer = await catalogue.http.put(f"/v1/agencies/{code}", json=make_agency(**changed))
    assert answer.status_code == 200, answer.text


async def roles(
    catalogue: Client, agency: str, procedure: str, on: str = "2026-03-02"
) -> list[str]:
    path = f"/v1/agencies/{agency}/procedures"
    answer = await catalogue.http.get(path, params={"procedure": procedure, "on": on})
    assert answer.status_code == 200, answer.text
    return [role for item in answer.json()["items"] for role in item["roles"]]
