"""When whom to ask is data: the nearest rule in force decides, and each slip is asked for once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.survey.occasions.rules import Rule, deciding
from services.survey.schemas.occasions import Trigger
from shared import clock
from shared.events import (
    Channel,
    DossierIntakeRefused,
    DossierSupplementRequested,
    DossierTransferred,
    Event,
    SurveyInvited,
)
from tests.conftest import Client, ServiceClient, Token
from tests.survey.factories import (
    FILED,
    RETURNED,
    hear,
    life,
    make_accepted,
    make_filed,
    make_returned,
    outbox_facts,
    rows,
)

OCCASIONS = "/v1/surveys/occasions"
TODAY = date(2026, 3, 1)
SINCE = datetime(2026, 3, 1, 1, tzinfo=UTC)
REFUSED = DossierIntakeRefused(refused_at=FILED, ground="Sai thẩm quyền")


def make_rule(**changed: Any) -> Rule:
    told = {
        "agency": None,
        "trigger": Trigger.RETURNED,
        "channel": None,
        "instrument": "A",
        "answer_within_days": None,
        "valid_from": TODAY,
        "valid_to": None,
    }
    return Rule(**(told | changed))


def decided(*rules: Rule, on: date = TODAY, channel: str = "counter") -> list[str | None]:
    found = deciding(rules, Trigger.RETURNED, "H20.40.01", channel, on)
    return [rule.instrument for rule in found]


def test_the_rule_of_the_nearest_agency_goes_before_all_others() -> None:
    rules = [
        make_rule(),
        make_rule(agency="H20", instrument="B"),
        make_rule(agency="H20.40", instrument="C"),
        make_rule(agency="H20.40.02", instrument="D"),
        make_rule(agency="H20.4", instrument="E"),
    ]

    assert decided(*rules) == ["C"]
    assert decided(*rules[:2]) == ["B"]
    assert decided(*rules[:1]) == ["A"]


def test_at_one_agency_the_rule_of_the_channel_goes_before_that_of_all() -> None:
    rules = [
        make_rule(agency="H20"),
        make_rule(agency="H20", channel=Channel.ONLINE_FULL, instrument="B"),
        make_rule(agency="H20", channel=Channel.ONLINE_FULL, instrument="C"),
    ]

    assert decided(*rules, channel="online_full") == ["B", "C"]
    assert decided(*rules, channel="counter") == ["A"]


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 3, 5), True),
        (date(2026, 3, 6), False),
    ],
)
def test_a_rule_holds_from_its_first_to_its_last_day(on: date, *, holds: bool) -> None:
    rule = make_rule(valid_to=date(2026, 3, 5))

    assert bool(decided(rule, on=on)) is holds


async def define(survey: Client, **changed: Any) -> httpx.Response:
    body = {
        "agency": "H20.40",
        "trigger": "returned",
        "instrument": "TT01-2018",
        "valid_from": "2026-03-01",
        "ground": "Quyết định của Uỷ ban nhân dân tỉnh",
    }
    return await survey.http.post(OCCASIONS, json=body | changed)


async def started(service_client: ServiceClient) -> Client:
    return await service_client("survey", at=SINCE)


async def invited(survey: Client, *facts: Event, dossier: UUID | None = None) -> list[str]:
    await hear(survey.database_url, life(*facts, dossier=dossier))
    found = await rows(survey.database_url, "select instrument from invitation order by 1")
    return [row["instrument"] for row in found]


async def test_who_was_refused_at_the_counter_gets_the_slip_for_refusals(
    service_client: ServiceClient,
) -> None:
    survey = await started(service_client)

    assert await invited(survey, make_filed(), REFUSED) == ["TT01-2018-TU-CHOI"]
    assert len(await outbox_facts(survey.database_url, SurveyInvited)) == 1


async def test_a_province_may_ask_nobody_or_ask_with_the_receipt_and_the_supplement_slip(
    service_client: ServiceClient,
) -> None:
    survey = await started(service_client)
    asked = DossierSupplementRequested(
        number=1, components=("a",), before_acceptance=False, requested_at=FILED
    )
    for trigger, instrument in (
        ("returned", None),
        ("accepted", "TT32-2017-DVC"),
        ("supplement_requested", "TT01-2018-TU-CHOI"),
    ):
        defined = await define(survey, trigger=trigger, instrument=instrument)
        assert defined.status_code == 201, defined.text

    found = await invited(survey, make_filed(), make_accepted(), asked, make_returned())

    assert found == ["TT01-2018-TU-CHOI", "TT32-2017-DVC"]


async def test_who_was_asked_with_the_receipt_is_not_asked_again_but_has_time_after_the_result(
    service_client: ServiceClient,
) -> None:
    survey = await started(service_client)
    url, dossier = survey.database_url, uuid4()
    await define(survey, trigger="accepted", answer_within_days=3)
    moved = DossierTransferred(from_agency="H20.40.01", to_agency="H20.40", transferred_at=FILED)
    whole = life(make_filed(), make_accepted(), moved, make_returned(), dossier=dossier)

    await hear(url, whole[:2])
    [before] = await rows(url, "select agency, expires_at from invitation")
    await hear(url, whole[2:])
    await hear(url, whole)

    assert (before["agency"], before["expires_at"]) == ("H20.40.01", FILED + timedelta(days=3))
    [after] = await rows(url, "select agency, invited_at, expires_at from invitation")
    assert (after["agency"], after["invited_at"]) == ("H20.40", FILED)
    assert after["expires_at"] == RETURNED + timedelta(days=30)
    assert len(await outbox_facts(url, SurveyInvited)) == 1


async def test_a_whole_life_in_one_batch_asks_as_often_as_one_in_many(
    service_client: ServiceClient,
) -> None:
    survey = await started(service_client)
    await define(survey, trigger="accepted", answer_within_days=3)

    assert await invited(survey, make_filed(), make_accepted(), make_returned()) == ["TT01-2018"]

    [row] = await rows(survey.database_url, "select expires_at from invitation")
    assert row["expires_at"] == RETURNED + timedelta(days=30)


async def test_a_provinces_own_slip_is_asked_in_its_newest_published_version(
    service_client: ServiceClient,
) -> None:
    survey = await started(service_client)
    question = {
        "id": "speed",
        "text": {"vi": "Nhanh không?", "en": "Fast?"},
        "options": [
            {"id": "yes", "points": 2, "text": {"vi": "Có", "en": "Yes"}},
            {"id": "no", "points": 0, "text": {"vi": "Không", "en": "No"}},
        ],
    }
    slip = {
        "agency": "H20",
        "code": "H20-PHIEU",
        "name": {"vi": "Phiếu", "en": "Slip"},
        "legal_ground": "Quyết định",
        "answer_within_days": 7,
        "questions": [question],
    }
    for _ in range(2):
        await survey.http.post("/v1/instruments", json=slip)
        await survey.http.post("/v1/instruments/H20-PHIEU:publish")
    await survey.http.post("/v1/instruments", json=slip)
    assert (await define(survey, instrument="H20-PHIEU")).status_code == 201

    assert await invited(survey, make_filed(), make_accepted(), make_returned()) == ["H20-PHIEU"]

    [row] = await rows(survey.database_url, "select * from invitation")
    assert row["instrument_version"] == 2
    assert row["expires_at"] == RETURNED + timedelta(days=7)


async def test_a_rule_that_was_ended_decides_no_more(service_client: ServiceClient) -> None:
    survey = await started(service_client)
    rule = (await define(survey, instrument=None)).json()["id"]

    ended = await survey.http.post(f"{OCCASIONS}/{rule}:end", json={"valid_to": "2026-03-09"})
    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2026-03-09")

    # The result was handed over on the day after.
    assert await invited(survey, make_filed(), make_accepted(), make_returned()) == ["TT01-2018"]
    survey.app.dependency_overrides[clock.now] = lambda: RETURNED
    late = await survey.http.post(f"{OCCASIONS}/{rule}:end", json={"valid_to": "2026-03-20"})
    listed = (await survey.http.get(OCCASIONS)).json()["items"]
    assert (late.status_code, late.json()["code"]) == (409, "occasion_ended")
    assert [one["trigger"] for one in listed] == ["returned", "intake_refused"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"valid_from": "2026-02-28"}, 422, "occasion_in_past"),
        ({"instrument": "KHONG-CO"}, 422, "instrument_unknown"),
        ({"instrument": "TT01-2018-CO-QUAN"}, 422, "instrument_unknown"),
        ({"valid_to": "2026-02-01"}, 422, None),
        ({"trigger": "resolved"}, 422, None),
        ({"ground": "a\x00b"}, 422, None),
    ],
)
async def test_a_rule_that_cannot_be_followed_is_refused(
    service_client: ServiceClient, changed: dict[str, str], status: int, code: str | None
) -> None:
    survey = await started(service_client)

    refused = await define(survey, **changed)

    assert refused.status_code == status
    assert code in {None, refused.json()["code"]}


async def test_rules_are_made_and_ended_by_those_who_stand_above_the_agency(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await started(service_client)
    rule = (await define(survey)).json()["id"]
    below = token("catalogue", agencies=["H20.40.01"])
    survey.http.headers["Authorization"] = f"Bearer {below}"

    foreign = await define(survey)
    ended = await survey.http.post(f"{OCCASIONS}/{rule}:end", json={"valid_to": "2026-03-09"})

    assert (foreign.status_code, foreign.json()["code"]) == (404, "agency_not_found")
    assert (ended.status_code, ended.json()["code"]) == (404, "occasion_not_found")
    listed = (await survey.http.get(OCCASIONS)).json()["items"]
    assert [one["agency"] for one in listed] == [None, None]
