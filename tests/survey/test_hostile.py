"""Whoever means harm at the public routes gets refusals: never a fault, never a second vote."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from gateway import routes
from services.survey import admission
from services.survey.admission import Meter, Most
from services.survey.sources import SENDER
from shared import clock
from shared.rates import TooMany
from tests.conftest import Client, ServiceClient
from tests.survey.factories import CODE, RETURNED, SLIP, hand_out, invite, rows

REQUESTS = 500
ANYBODY = {"Authorization": ""}
REFUSED = {400, 401, 403, 404, 405, 409, 411, 413, 415, 422, 429}
WORDS: list[Any] = [
    None, True, -1, 2**63, 1e308, "", "\x00", "a\x00b", "\ud83d", "🜁" * 300, "x" * 70_000, [],
    [[]], {}, {"a": {"b": {"c": []}}}, ["early", "early"], "early", "' or 1=1 --", "%s", "../../x",
]  # fmt: skip


async def invited(survey: Client) -> str:
    await invite(survey.database_url)
    return await hand_out(survey.http, CODE)


def body(chance: random.Random) -> bytes:
    """Something that is hardly ever a request."""
    match chance.randrange(5):
        case 0:
            return chance.randbytes(chance.randrange(300))
        case 1:
            return b'{"choices":' + b"[" * chance.randrange(1, 20_000)
        case 2:
            questions = (*SLIP, "other", "\x00")
            given: Any = {"choices": {key: chance.choice(WORDS) for key in questions}}
        case 3:
            given = chance.choice(WORDS)
        case _:
            keys = ("code", "secret", "level", "text", "option", "visitor", "site", "agency")
            given = {key: chance.choice(WORDS) for key in keys}
    return _json(given)


def _json(given: Any) -> bytes:
    try:
        return orjson.dumps(given)
    except TypeError:
        # A lone surrogate, or a number beyond 64 bits: no JSON of ours, but of others.
        return repr(given).encode("utf-8", "surrogatepass")


def paths(link: str) -> list[str]:
    return [
        link,
        "/v1/surveys/invitations/" + "A" * 43,
        "/v1/surveys/invitations/%00",
        "/v1/surveys/invitations/" + "%F0%9F%9C%81" * 20,
        "/v1/surveys/invitations/" + "x" * 5000,
        "/v1/petitions",
        "/v1/petitions:track",
        "/v1/petitions:supply",
        "/v1/petitions:rate",
        "/v1/petitions/published",
        f"/v1/polls/{uuid4()}/votes",
        "/v1/polls/none/votes",
        "/v1/visitors",
        "/v1/visits",
        "/v1/visits/%00",
    ]


async def test_of_five_hundred_hostile_requests_none_is_a_fault_or_a_second_slip(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)
    assert (await survey.http.post(link, json={"choices": SLIP})).status_code == 201
    chance, statuses = random.Random(11), Counter[int]()

    for _ in range(REQUESTS):
        headers = ANYBODY | {
            "Content-Type": chance.choice(["application/json", "text/plain", "\xff", ""]),
            SENDER: chance.choice(["", "203.0.113.7", "\xff", "x" * 900]),
        }
        answer = await survey.http.request(
            chance.choice(["POST", "POST", "POST", "GET", "PUT", "DELETE"]),
            chance.choice(paths(link)),
            content=body(chance),
            headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        )
        statuses[answer.status_code] += 1
        assert answer.status_code in REFUSED | {200, 201, 202}, answer.text
        if answer.status_code >= 400:
            assert answer.json()["code"]

    assert statuses[422] > 0
    assert statuses[404] > 0
    assert len(await rows(survey.database_url, "select 1 from answer")) == 1
    again = await survey.http.post(link, json={"choices": SLIP}, headers=ANYBODY)
    assert again.json()["code"] == "already_answered"


async def test_one_sender_is_refused_when_the_others_are_not(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey", at=RETURNED)
    link = await invited(survey)

    async def send(sender: str, at: datetime = RETURNED) -> httpx.Response:
        survey.app.dependency_overrides[clock.now] = lambda: at
        headers = ANYBODY | {SENDER: sender}
        return await survey.http.post(link, json={"choices": {}}, headers=headers)

    known = [await send("203.0.113.7") for _ in range(admission.SLIPS_A_MINUTE)]
    assert {answer.status_code for answer in known} == {422}

    refused = await send("203.0.113.7", RETURNED + timedelta(seconds=20))

    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert refused.headers["Retry-After"] == "40"
    assert (await send("203.0.113.8")).status_code == 422
    assert (await send("203.0.113.7", RETURNED + timedelta(seconds=60))).status_code == 422


async def test_every_public_route_of_the_survey_is_bounded(service_client: ServiceClient) -> None:
    survey = await service_client("survey", at=RETURNED)
    document = (await survey.http.get("/openapi.json")).json()
    asked = []
    for path, methods in document["paths"].items():
        for method in methods:
            concrete = path.replace("{poll}", str(uuid4())).replace("{", "").replace("}", "")
            route = routes.find(concrete)
            if route is None or method.upper() not in route.public:
                continue
            survey.app.state.meters.update({name: Meter(Most(1, 1)) for name in admission.BOUNDS})
            first = await survey.http.request(method, concrete, json={}, headers=ANYBODY)
            second = await survey.http.request(method, concrete, json={}, headers=ANYBODY)
            if first.status_code == 401:
                continue
            asked.append(path)
            assert second.status_code == 429, f"{method} {path}: {second.status_code}"
            assert second.headers["Retry-After"] == "60"
    assert {
        "/v1/surveys/invitations/{token}", "/v1/petitions", "/v1/petitions:track", "/v1/polls",
        "/v1/polls/{poll}/votes", "/v1/visitors", "/v1/visits", "/v1/visits/{site}",
    } <= set(asked)  # fmt: skip


def test_a_sender_over_its_bound_costs_the_others_nothing() -> None:
    meter = Meter(Most(each=2, together=3))
    for _ in range(2):
        meter.admit("a", RETURNED)
    for _ in range(5):
        with pytest.raises(TooMany):
            meter.admit("a", RETURNED)

    meter.admit("b", RETURNED)

    with pytest.raises(TooMany):
        meter.admit("c", RETURNED + timedelta(seconds=59))
    meter.admit("c", RETURNED + timedelta(seconds=60))


def test_a_meter_forgets_the_minute_before_and_bounds_whom_it_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "SENDERS_MAX", 2)
    meter = Meter(Most(each=1, together=100))
    for sender in ("a", "b", "c"):
        meter.admit(sender, RETURNED)
    with pytest.raises(TooMany):
        meter.admit("d", RETURNED)

    for sender in ("d", "a"):
        meter.admit(sender, RETURNED + timedelta(minutes=1))
