"""Calendars that say how they differ from a base, and move along with it."""

from typing import Any

import pytest

from shared.events import CalendarPublished
from shared.working_time import Calendar
from tests.conftest import Client
from tests.procedures.factories import Json, facts_of, make_calendar

NATION, PROVINCE, COMMUNE = "VN-HANH-CHINH", "H20-TINH", "H20-XA"
MORNING = [{"start": "07:30", "end": "11:30"}]
FESTIVAL = {"name": "Lễ hội của tỉnh", "source": "Quyết định 12/QĐ-UBND"}
HOLIDAY = {"name": "Nghỉ cả nước", "source": "Công văn 1/VPCP"}


def make_derived(code: str = PROVINCE, base: str = NATION, **changed: Any) -> Json:
    return {"code": code, "version": 1, "base": base} | changed


async def publish(catalogue: Client, content: Json) -> Json:
    path = f"/v1/calendars/{content['code']}/versions"
    answer = await catalogue.http.post(path, json=content)
    assert answer.status_code == 201, answer.text
    view: Json = answer.json()
    return view


async def refused(catalogue: Client, content: Json) -> Json:
    path = f"/v1/calendars/{content['code']}/versions"
    answer = await catalogue.http.post(path, json=content)
    assert answer.status_code == 422, answer.text
    problem: Json = answer.json()
    return problem


async def newest(catalogue: Client, code: str) -> Json:
    view: Json = (await catalogue.http.get(f"/v1/calendars/{code}")).json()
    return view


def make_nation(version: int, **changed: Any) -> Json:
    return make_calendar(version=version, exceptions={"2026-04-27": HOLIDAY}, **changed)


async def test_a_derived_calendar_is_its_base_with_its_own_days(catalogue: Client) -> None:
    own: Json = {"exceptions": {"2026-05-04": FESTIVAL}, "weekly": {"5": MORNING}}

    await publish(catalogue, make_derived(**own))

    shown = await newest(catalogue, PROVINCE)
    base = Calendar.model_validate((await newest(catalogue, NATION))["definition"])
    derived = Calendar.model_validate(shown["definition"])
    assert (shown["base"], shown["base_version"]) == (NATION, 1)
    assert shown["own"] == make_derived(**own)
    added = derived.exceptions.keys() - base.exceptions.keys()
    assert [day.isoformat() for day in added] == ["2026-05-04"]
    assert derived.exceptions.items() >= base.exceptions.items()
    assert (derived.weekly[0], len(derived.weekly[5])) == (base.weekly[0], 1)
    assert (derived.last_on, derived.cutoffs) == (base.last_on, base.cutoffs)


async def test_a_new_base_publishes_all_that_rests_on_it_in_the_same_moment(
    catalogue: Client,
) -> None:
    await publish(catalogue, make_derived(exceptions={"2026-05-04": FESTIVAL}))
    await publish(catalogue, make_derived(COMMUNE, PROVINCE, weekly={"0": MORNING}))

    await publish(catalogue, make_nation(2))

    commune = await newest(catalogue, COMMUNE)
    days = set(commune["definition"]["exceptions"])
    assert [(await newest(catalogue, code))["version"] for code in (PROVINCE, COMMUNE)] == [2, 2]
    assert (commune["base"], commune["base_version"]) == (PROVINCE, 2)
    assert days == {"2026-04-27", "2026-05-04"}
    assert commune["definition"]["weekly"] == {"0": [{"start": "07:30", "end": "11:30"}]}
    for code in (PROVINCE, COMMUNE):
        told = (await facts_of(catalogue.database_url, f"calendar/{code}"))[-1].data
        assert isinstance(told, CalendarPublished)
        assert (told.version, set(told.definition["exceptions"])) == (2, days)


async def test_a_day_of_the_base_can_be_taken_away_by_decision(catalogue: Client) -> None:
    await publish(catalogue, make_nation(2))

    await publish(catalogue, make_derived(without={"2026-04-27": "Quyết định 13/QĐ-UBND"}))
    await publish(catalogue, make_calendar(version=3))

    assert (await newest(catalogue, PROVINCE))["definition"]["exceptions"] == {}
    assert (await newest(catalogue, PROVINCE))["version"] == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"base": "VN-KHONG-CO"}, "base_unknown"),
        ({"base": PROVINCE}, "calendar_cycle"),
        ({"last_on": "2030-12-31"}, "malformed"),
        ({"without": {"2026-03-03": "Quyết định thử"}}, "exception_not_in_base"),
        ({"exceptions": {"2026-05-04": {"name": "Không căn cứ"}}}, "exception_without_source"),
        ({"exceptions": {"2099-05-04": FESTIVAL}}, "derived_calendar_unusable"),
        ({"weekly": dict.fromkeys(map(str, range(5)), ())}, "no_working_time"),
        ({"base": None, "without": {"2026-04-27": "x"}}, "malformed"),
    ],
)
async def test_a_derived_calendar_that_does_not_hold_is_refused(
    catalogue: Client, changed: Json, code: str
) -> None:
    if code == "no_working_time":
        await publish(catalogue, make_calendar())
    assert (await refused(catalogue, make_derived(**changed)))["code"] == code


async def test_calendars_never_rest_on_one_another_in_a_circle(catalogue: Client) -> None:
    await publish(catalogue, make_derived())
    await publish(catalogue, make_derived(COMMUNE, PROVINCE))

    problem = await refused(catalogue, make_derived(NATION, COMMUNE, version=2))

    assert problem["code"] == "calendar_cycle"


async def test_a_base_under_which_a_derived_one_would_break_is_not_published(
    catalogue: Client,
) -> None:
    await publish(catalogue, make_derived(exceptions={"2026-05-04": FESTIVAL}))

    problem = await refused(catalogue, make_nation(2, last_on="2026-04-30"))

    assert (problem["code"], problem["calendar"]) == ("derived_calendar_unusable", PROVINCE)
    assert (await newest(catalogue, NATION))["version"] == 1


async def test_a_day_without_a_decision_stays_only_where_it_was_published_before(
    catalogue: Client,
) -> None:
    kept = {"2026-04-27": {"name": "Nghỉ", "source": "Công văn 1/VPCP"}}
    await publish(catalogue, make_calendar(version=2, exceptions=kept))
    changed = {"2026-04-27": {"name": "Nghỉ"}}

    problem = await refused(catalogue, make_calendar(version=3, exceptions=changed))

    (error,) = problem["errors"]
    assert error["pointer"] == "/body/exceptions/2026-04-27/source"
    assert (await publish(catalogue, make_calendar(version=3, exceptions=kept)))["version"] == 3


async def test_what_differs_between_two_versions_is_told_day_by_day(catalogue: Client) -> None:
    await publish(catalogue, make_nation(2))
    moved = {"2026-04-27": HOLIDAY | {"name": "Giỗ Tổ"}, "2026-09-01": HOLIDAY}
    weekly = {"0": MORNING, "5": MORNING}
    await publish(catalogue, make_calendar(version=3, exceptions=moved, weekly=weekly))

    path, params = f"/v1/calendars/{NATION}/differences", {"from": 2, "to": 3}
    told = (await catalogue.http.get(path, params=params)).json()
    back = (await catalogue.http.get(path, params={"from": 3, "to": 2})).json()

    assert [(one["pointer"], one["kind"]) for one in told["differences"]] == [
        ("/weekly/0", "changed"),
        ("/weekly/5", "added"),
        ("/exceptions/2026-04-27", "changed"),
        ("/exceptions/2026-09-01", "added"),
    ]
    assert told["differences"][2]["after"]["name"] == "Giỗ Tổ"
    assert [one["kind"] for one in back["differences"]].count("removed") == 2
