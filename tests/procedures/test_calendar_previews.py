"""A calendar's next version, put forward before anybody is bound by it."""

from shared.events import CalendarPreviewed
from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import facts_of, make_calendar
from tests.procedures.test_calendar_bases import NATION, PROVINCE, make_derived, publish

PATH = f"/v1/calendars/{NATION}/previews"


async def test_a_preview_is_told_with_all_it_would_move_and_publishes_nothing(
    catalogue: Client,
) -> None:
    await publish(catalogue, make_derived())

    answer = await catalogue.http.post(PATH, json=make_calendar())

    asked = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/calendar-previews/{asked['id']}" == asked["result"]
    assert asked["calendars"] == [NATION, PROVINCE]
    told = [
        (await facts_of(catalogue.database_url, f"calendar/{code}"))[-1].data
        for code in (NATION, PROVINCE)
    ]
    for fact, code in zip(told, (NATION, PROVINCE), strict=True):
        assert isinstance(fact, CalendarPreviewed)
        assert (fact.preview, fact.code, fact.version) == (asked["id"], code, 2)
        assert fact.definition["last_on"] == "2026-12-31"
        assert fact.calendars == (NATION, PROVINCE)
    shown = await catalogue.http.get(f"{PATH}/{asked['id']}")
    assert shown.json() == asked
    assert (await catalogue.http.get(f"/v1/calendars/{NATION}")).json()["version"] == 1
    await publish(catalogue, make_calendar())


async def test_the_same_preview_sent_twice_under_a_key_is_one(catalogue: Client) -> None:
    headers = {"Idempotency-Key": "xem-truoc-1"}
    answers = [
        await catalogue.http.post(PATH, json=make_calendar(), headers=headers) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert len(await facts_of(catalogue.database_url, f"calendar/{NATION}")) == 2


async def test_what_could_not_be_published_is_not_previewed_either(catalogue: Client) -> None:
    out_of_turn = await catalogue.http.post(PATH, json=make_calendar(version=3))
    unusable = await catalogue.http.post(PATH, json=make_calendar(weekly={}))
    unknown = await catalogue.http.post(
        "/v1/calendars/VN-MOI/previews", json=make_calendar(code="VN-MOI", version=1)
    )

    assert out_of_turn.json()["code"] == "calendar_version_not_next"
    assert unusable.json()["code"] == "no_working_time"
    assert unknown.status_code == 404


async def test_only_catalogue_officers_preview(
    service_client: ServiceClient, seeded: str, token: Token
) -> None:
    leader = await service_client("procedures", database_url=seeded, bearer=token("leader"))
    nobody = await service_client("procedures", database_url=seeded, bearer="")

    assert (await leader.http.post(PATH, json=make_calendar())).status_code == 403
    assert (await nobody.http.get(f"{PATH}/{'0' * 32}")).status_code == 401
