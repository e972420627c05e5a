"""One invitation takes one slip, counts it at once, and keeps no way back to the person."""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from shared.events import SurveyAnswered
from tests.conftest import Client, ServiceClient
from tests.survey.factories import CODE, RETURNED, SLIP, hand_out, invite, outbox_facts, rows

COME_AGAIN_MAX = 20


async def invited(survey: Client) -> str:
    await invite(survey.database_url)
    return await hand_out(survey.http, CODE)


async def test_a_filled_slip_is_counted_and_told_without_a_name(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)

    taken = await survey.http.post(link, json={"choices": SLIP}, headers={"Authorization": ""})

    assert taken.status_code == 201
    [told] = await outbox_facts(survey.database_url, SurveyAnswered)
    [invitation] = await rows(survey.database_url, "select id, dossier from invitation")
    assert told["data"]["procedure"] == "1.001193"
    assert told["data"]["scores"] == dict.fromkeys(SLIP, "2")
    assert told["data"]["indices"] == dict.fromkeys("123467", "2")
    assert (told["data"]["field"], told["data"]["channel"]) == ("Hộ tịch", "counter")
    assert told["data"]["answered_at"] == "2026-03-10T00:00:00+07:00"
    assert told["data"]["late"] is False
    assert told["sequence"] == 1
    assert str(invitation["id"]) not in str(told)
    assert str(invitation["dossier"]) not in str(told)


async def send(survey: Client, link: str) -> httpx.Response:
    """Come again as long as the service, with a thousand at its door, asks for it."""
    answer = await survey.http.post(link, json={"choices": SLIP})
    for _ in range(COME_AGAIN_MAX):
        if answer.status_code != 503:
            break
        answer = await survey.http.post(link, json={"choices": SLIP})
    return answer


async def test_of_a_thousand_at_once_exactly_one_is_taken(service_client: ServiceClient) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)

    answers = await asyncio.gather(*(send(survey, link) for _ in range(1000)))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 999}
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"already_answered"}
    assert len(await rows(survey.database_url, "select 1 from answer")) == 1
    assert (await rows(survey.database_url, "select slips from score"))[0]["slips"] == 1
    assert len(await outbox_facts(survey.database_url, SurveyAnswered)) == 1


@pytest.mark.parametrize(
    ("after", "status"),
    [(timedelta(days=30, microseconds=-1), 201), (timedelta(days=30), 409)],
)
async def test_an_invitation_ends_after_thirty_days(
    service_client: ServiceClient, after: timedelta, status: int
) -> None:
    survey = await service_client("survey", at=RETURNED + after)
    link = await invited(survey)

    answer = await survey.http.post(link, json={"choices": SLIP})

    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "invitation_expired"
        assert (await survey.http.get(link)).json()["expired"] is True


@pytest.mark.parametrize(
    ("choices", "pointer"),
    [
        (SLIP | {"time": "tomorrow"}, "/choices/time"),
        (SLIP | {"colour": "red"}, "/choices/colour"),
        ({key: value for key, value in SLIP.items() if key != "overall"}, "/choices/overall"),
        (SLIP | {"attitude": "early"}, "/choices/attitude"),
    ],
)
async def test_a_wrong_option_is_422_and_nothing_is_counted(
    service_client: ServiceClient, choices: dict[str, str], pointer: str
) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)

    answer = await survey.http.post(link, json={"choices": choices})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not await rows(survey.database_url, "select 1 from score")
    assert (await survey.http.post(link, json={"choices": SLIP})).status_code == 201


@pytest.mark.parametrize(
    "body", [{}, {"choices": []}, {"choices": {"time": 1}}, {"choices": SLIP, "name": "A"}]
)
async def test_a_malformed_slip_is_422(service_client: ServiceClient, body: object) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)

    assert (await survey.http.post(link, json=body)).status_code == 422


async def test_an_unknown_invitation_takes_no_slip(service_client: ServiceClient) -> None:
    survey = await service_client("survey")

    answer = await survey.http.post("/v1/surveys/invitations/none", json={"choices": SLIP})

    assert answer.status_code == 404
