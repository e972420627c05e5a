"""Working calendars, published one version after the other."""

import asyncio

import pytest

from shared.events import CalendarPublished
from shared.working_time import Calendar, WorkingTime
from tests.conftest import Client
from tests.procedures.factories import Json, facts_of, make_calendar

PATH = "/v1/calendars/VN-HANH-CHINH"


async def test_the_seed_calendar_is_told_whole(catalogue: Client) -> None:
    (told,) = await facts_of(catalogue.database_url, "calendar/VN-HANH-CHINH")
    assert isinstance(told.data, CalendarPublished)
    calendar = Calendar.model_validate(told.data.definition)
    shown = (await catalogue.http.get(PATH)).json()
    assert Calendar.model_validate(shown["definition"]) == calendar
    assert WorkingTime(calendar).calendar.version == 1


async def test_the_next_version_is_published_beside_the_first(catalogue: Client) -> None:
    published = await catalogue.http.post(f"{PATH}/versions", json=make_calendar())
    assert published.status_code == 201, published.text
    assert published.headers["location"] == f"{PATH}/versions/2"
    assert (await catalogue.http.get(PATH)).json()["version"] == 2
    assert (await catalogue.http.get(f"{PATH}/versions/1")).json()["version"] == 1
    listed = (await catalogue.http.get("/v1/calendars")).json()["items"]
    assert [(item["code"], item["version"]) for item in listed] == [("VN-HANH-CHINH", 2)]
    facts = await facts_of(catalogue.database_url, "calendar/VN-HANH-CHINH")
    assert [fact.sequence for fact in facts] == [1, 2]


@pytest.mark.parametrize("version", [1, 3])
async def test_a_version_out_of_turn_is_refused(catalogue: Client, version: int) -> None:
    answer = await catalogue.http.post(f"{PATH}/versions", json=make_calendar(version=version))
    assert (answer.status_code, answer.json()["code"]) == (409, "calendar_version_not_next")
    assert answer.json()["expected"] == 2


async def test_of_two_at_once_one_is_next(catalogue: Client) -> None:
    calls = [catalogue.http.post(f"{PATH}/versions", json=make_calendar()) for _ in range(4)]
    answers = await asyncio.gather(*calls)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"code": "VN-KHAC"}, "code_differs"),
        ({"weekly": {}}, "no_working_time"),
        ({"weekly": {"9": []}}, "malformed"),
        ({"weekly": {"0": [{"start": "12:00", "end": "08:00"}]}}, "malformed"),
        ({"exceptions": {"2026-03-02": {"name": "Tên\u0000"}}}, "control_character"),
    ],
)
async def test_a_calendar_that_cannot_be_counted_by_is_refused(
    catalogue: Client, wrong: Json, code: str
) -> None:
    answer = await catalogue.http.post(f"{PATH}/versions", json=make_calendar(**wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_fields_are_listed_by_their_bare_letters(catalogue: Client) -> None:
    names: list[str] = []
    params: dict[str, str | int] = {"limit": 60}
    for _ in range(5):
        page = (await catalogue.http.get("/v1/fields", params=params)).json()
        names.extend(item["name"] for item in page["items"])
        if page["next"] is None:
            break
        params["after"] = page["next"]
    assert len(names) == len(set(names)) == 142
    assert names.index("Đất đai") < names.index("Hộ tịch") < names.index("Thuế")
