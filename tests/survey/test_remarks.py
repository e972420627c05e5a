"""What people write freely is sealed, lies beside no slip, and is shown once it is moderated."""

from typing import Any

import httpx
import pytest

from tests.conftest import Client, ServiceClient, Token
from tests.survey.factories import CODE, RETURNED, hand_out, invite, rows
from tests.survey.test_instruments import FILLED, OWN

SAID = "Cảm ơn cán bộ"


@pytest.fixture
async def survey(service_client: ServiceClient) -> Client:
    survey = await service_client("survey", at=RETURNED)
    await survey.http.post("/v1/instruments", json=OWN)
    await survey.http.post("/v1/instruments/H20-PHIEU:publish")
    await invite(survey.database_url)
    moved = "update invitation set instrument = 'H20-PHIEU', instrument_version = 1"
    await rows(survey.database_url, moved)
    filled = {"choices": FILLED | {"said": SAID}}
    answer = await survey.http.post(await hand_out(survey.http, CODE), json=filled)
    assert answer.status_code == 201
    return survey


async def listed(survey: Client, path: str = "") -> list[dict[str, Any]]:
    answer = await survey.http.get(f"/v1/surveys/remarks{path}")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def decide(survey: Client, remark: str, **decision: Any) -> httpx.Response:
    return await survey.http.post(f"/v1/surveys/remarks/{remark}/decision", json=decision)


async def test_words_are_sealed_and_lie_beside_no_slip(survey: Client) -> None:
    [kept] = await rows(survey.database_url, "select * from remark")
    [answer] = await rows(survey.database_url, "select * from answer")
    facts = await rows(survey.database_url, "select body from outbox")

    assert SAID.encode() not in kept["words"]
    assert "said" not in answer["choices"]
    assert not any(SAID.encode() in fact["body"] for fact in facts)
    assert kept["id"] != answer["id"]
    assert not any(hasattr(value, "hour") for value in kept.values())
    assert "procedure" not in kept


async def test_only_what_an_officer_let_through_is_among_the_results(survey: Client) -> None:
    [waiting] = await listed(survey, "/queue")
    assert (waiting["words"], waiting["status"]) == (SAID, "pending")
    assert await listed(survey) == []

    shown = await decide(survey, waiting["id"], show=True)

    assert shown.status_code == 200
    assert [one["words"] for one in await listed(survey)] == [SAID]
    assert await listed(survey, "/queue") == []


async def test_hidden_words_are_forgotten_for_good(survey: Client) -> None:
    [waiting] = await listed(survey, "/queue")
    assert (await decide(survey, waiting["id"], show=False)).status_code == 422

    hidden = await decide(survey, waiting["id"], show=False, reason="Nêu tên riêng")
    again = await decide(survey, waiting["id"], show=True)

    assert (hidden.json()["status"], hidden.json()["words"]) == ("hidden", None)
    assert (again.status_code, again.json()["code"]) == (409, "remark_hidden")
    assert await listed(survey) == []
    [kept] = await rows(survey.database_url, "select words from remark")
    assert kept["words"] is None


async def test_remarks_of_other_agencies_are_not_there(survey: Client, token: Token) -> None:
    [waiting] = await listed(survey, "/queue")
    survey.http.headers["Authorization"] = f"Bearer {token('leader', agencies=['H21'])}"

    assert await listed(survey, "/queue") == []
    assert (await decide(survey, waiting["id"], show=True)).status_code == 404
    survey.http.headers["Authorization"] = f"Bearer {token('reporter', agencies=['H20'])}"
    assert (await decide(survey, waiting["id"], show=True)).status_code == 403
    assert (await survey.http.get("/v1/surveys/remarks/queue")).status_code == 403
