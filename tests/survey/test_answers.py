"""One invitation takes one slip, counts it at once, and keeps no way back to the person."""

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from shared.events import SurveyAnswered
from tests.conftest import Client, ServiceClient
from tests.survey.factories import RETURNED, SLIP, invite, outbox_facts, rows

CODE = "H20.40.01-260302-0001"


async def invited(survey: Client) -> str:
    await invite(survey.database_url)
    listed = await survey.http.get("/v1/surveys/invitations", params={"dossier": CODE})
    link: str = listed.json()["items"][0]["link"]
    return link


async def test_a_filled_slip_is_counted_and_told_without_a_name(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)

    taken = await survey.http.post(link, json={"choices": SLIP}, headers={"Authorization": ""})

    assert taken.status_code == 201
    assert (await survey.http.get(link)).json()["answered"] is True
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


async def test_of_a_thousand_at_once_exactly_one_is_taken(service_client: ServiceClient) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)

    answers = await asyncio.gather(
        *(survey.http.post(link, json={"choices": SLIP}) for _ in range(1000))
    )

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 999}
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"already_answered"}
    assert len(await rows(survey.database_url, "select 1 from answer")) == 1
    assert (await rows(survey.database_url, "select slips from score"))[0]["slips"] == 1
    assert len(await outbox_facts(survey.database_url, SurveyAnswered)) == 1


async def test_the_answers_own_key_refuses_a_second_one_even_without_the_lock(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)
    await survey.http.post(link, json={"choices": SLIP})
    await rows(survey.database_url, "update invitation set used = false")

    with pytest.raises(IntegrityError, match="answer_pkey"):
        await survey.http.post(link, json={"choices": SLIP})

    assert (await rows(survey.database_url, "select slips from score"))[0]["slips"] == 1


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


async def test_what_was_answered_cannot_be_laid_beside_who_was_invited(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey", at=RETURNED)
    await survey.http.post(await invited(survey), json={"choices": SLIP})

    [answer] = await rows(survey.database_url, "select a.* from answer a")
    [invitation] = await rows(survey.database_url, "select i.* from invitation i")

    ids = {invitation["id"], invitation["dossier"], invitation["dossier_code"]}
    assert ids.isdisjoint(answer.values())
    assert not any(hasattr(value, "hour") for value in answer.values())
    assert answer["month"] == RETURNED.date().replace(day=1)
    assert invitation["used"] is True
    days = {name for name, value in invitation.items() if isinstance(value, date)}
    assert days == {"invited_at", "expires_at"}
