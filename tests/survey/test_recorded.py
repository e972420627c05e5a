"""What officers type in is taken once, marked, and by nobody."""

import pytest

from tests.conftest import ServiceClient, Token
from tests.survey.factories import CODE, SLIP, hand_out, invite, rows
from tests.survey.halls import Hall, open_hall

SECOND_CODE = "H20.40.01-260302-0002"
RECORD = "/v1/surveys/slips:record"


@pytest.fixture
async def hall(service_client: ServiceClient) -> Hall:
    return await open_hall(service_client)


@pytest.mark.parametrize("collected", ["paper", "call"])
async def test_an_officer_types_a_slip_in_once_and_it_is_marked(hall: Hall, collected: str) -> None:
    printed = (await hand_out(hall.survey.http, CODE)).rpartition("/")[2]
    slip = {"token": printed, "collected": collected, "choices": SLIP}

    first = await hall.survey.http.post(RECORD, json=slip)
    second = await hall.survey.http.post(RECORD, json=slip)

    assert [first.status_code, second.status_code] == [201, 409]
    url = hall.survey.database_url
    assert [row["collected"] for row in await rows(url, "select * from answer")] == [collected]
    kept = str([dict(row) for row in await rows(url, "select * from answer")])
    assert "can-bo-thu" not in kept


async def test_a_slip_is_typed_in_by_an_officer_of_its_agency_alone(
    hall: Hall, token: Token
) -> None:
    printed = (await hand_out(hall.survey.http, CODE)).rpartition("/")[2]
    slip = {"token": printed, "collected": "paper", "choices": SLIP}
    http = hall.survey.http

    http.headers["Authorization"] = f"Bearer {token('counter', agencies=['H20.41'])}"
    foreign = await http.post(RECORD, json=slip)
    http.headers["Authorization"] = f"Bearer {token('citizen')}"
    citizen = await http.post(RECORD, json=slip)
    online = await http.post(RECORD, json=slip | {"collected": "online"})

    assert foreign.status_code == 404
    assert citizen.status_code == 403
    assert online.status_code in {403, 422}


async def test_the_short_paper_slip_of_five_levels_is_typed_in_where_a_province_chose_it(
    hall: Hall,
) -> None:
    http, url = hall.survey.http, hall.survey.database_url
    rule = {
        "agency": "H20",
        "trigger": "returned",
        "instrument": "PHIEU-NAM-MUC",
        "valid_from": "2026-03-10",
        "ground": "Quyết định của Uỷ ban nhân dân tỉnh",
    }
    assert (await http.post("/v1/surveys/occasions", json=rule)).status_code == 201
    await invite(url, code=SECOND_CODE)
    printed = (await hand_out(http, SECOND_CODE)).rpartition("/")[2]

    typed = await http.post(
        RECORD,
        json={
            "token": printed,
            "collected": "paper",
            "choices": {"time": "on_time", "style": "good", "overall": "neutral", "other": "Chậm"},
        },
    )

    assert typed.status_code == 201, typed.text
    [answer] = await rows(url, "select instrument, collected from answer")
    assert tuple(answer) == ("PHIEU-NAM-MUC", "paper")
    [remark] = await rows(url, "select question, words from remark")
    assert remark["question"] == "other"
    assert "Chậm".encode() not in remark["words"]


async def test_by_what_ways_slips_came_is_told_once_there_are_enough(
    hall: Hall, token: Token
) -> None:
    http, url = hall.survey.http, hall.survey.database_url
    taken = "2026-03-01"
    asked = {"from": taken, "to": taken}
    seen = []
    for number, collected in enumerate(["paper", "call", "kiosk", "online", "online"]):
        code = f"H20.40.01-260302-2{number:03d}"
        await invite(url, code=code)
        printed = (await hand_out(http, code)).rpartition("/")[2]
        match collected:
            case "kiosk":
                given = await hall.at_kiosk("answer", token=printed, choices=SLIP)
            case "online":
                path = f"/v1/surveys/invitations/{printed}"
                given = await http.post(path, json={"choices": SLIP})
            case _:
                slip = {"token": printed, "collected": collected, "choices": SLIP}
                given = await http.post(RECORD, json=slip)
        assert given.status_code == 201, given.text
        seen.append((await http.get("/v1/surveys/collected", params=asked)).json()["items"])
    http.headers["Authorization"] = f"Bearer {token('leader', agencies=['H20.41'])}"
    elsewhere = (await http.get("/v1/surveys/collected", params=asked)).json()["items"]

    ways = {"online": 2, "kiosk": 1, "paper": 1, "call": 1}
    assert seen[:4] == [[]] * 4
    assert seen[4] == [{"agency": "H20.40.01", "slips": 5, "ways": ways}]
    assert elsewhere == []
