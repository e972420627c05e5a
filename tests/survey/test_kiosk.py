"""At a counter a short code opens a slip once, and nobody gets at one by guessing."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from services.survey.kiosks import codes
from services.survey.settings import load
from shared.database import Database
from shared.events import SurveyAnswered
from tests.conftest import ServiceClient, Token
from tests.survey.factories import RETURNED, SLIP, invite, outbox_facts, rows
from tests.survey.halls import Hall, open_hall

WORDS: list[Any] = [
    None, True, -1, 2**53, "", "\x00", "A\x00B", "AAAA-2222", "x" * 70_000, [], [[]], {},
    {"overall": "\x00"}, {"overall": ["a", "a"]}, {"\x00": 1}, "🜁" * 50, "' or 1=1 --",
]  # fmt: skip
SECOND_CODE = "H20.40.01-260302-0002"


@pytest.fixture
async def hall(service_client: ServiceClient) -> Hall:
    return await open_hall(service_client)


async def test_a_code_opens_the_slip_of_its_dossier_which_is_counted_as_a_kiosks(
    hall: Hall,
) -> None:
    code = await hall.code()

    opened = await hall.at_kiosk("open", code=code.lower().replace("-", " "))
    taken = await hall.at_kiosk("answer", token=opened.json()["token"], choices=SLIP)

    assert opened.json()["procedure"] == "1.001193"
    assert taken.status_code == 201, taken.text
    [answer] = await rows(hall.survey.database_url, "select collected, standing from answer")
    assert tuple(answer) == ("kiosk", "counted")
    assert len(await outbox_facts(hall.survey.database_url, SurveyAnswered)) == 1


async def test_a_code_is_short_plain_and_kept_only_as_a_keyed_hash(hall: Hall) -> None:
    code = await hall.code()

    plain = code.replace("-", "")
    assert len(plain) == 8
    assert not set(plain) & set("0O1ILU")
    [row] = await rows(hall.survey.database_url, "select * from kiosk_code")
    assert plain not in str(dict(row))
    assert row["expires_at"] == RETURNED + timedelta(minutes=15)


async def test_of_many_who_type_a_code_at_once_one_gets_the_slip(hall: Hall) -> None:
    code = await hall.code()

    tries = await asyncio.gather(*(hall.at_kiosk("open", code=code) for _ in range(10)))

    assert sorted(one.status_code for one in tries) == [200] + [404] * 9
    # Nothing is left that could tell whose slip was filled in here.
    assert await rows(hall.survey.database_url, "select 1 from kiosk_code") == []


async def test_a_code_ends_after_a_quarter_of_an_hour_and_is_forgotten(hall: Hall) -> None:
    code = await hall.code()

    hall.move(codes.VALID_FOR)
    late = await hall.at_kiosk("open", code=code)

    assert (late.status_code, late.json()["code"]) == (404, "code_unknown")
    # The sweep goes by the present: what was made in March is long over.
    database: Database = hall.survey.app.state.database
    await codes.forget_codes(database)
    assert await rows(hall.survey.database_url, "select 1 from kiosk_code") == []


async def test_a_new_code_takes_the_place_of_the_last(hall: Hall) -> None:
    first, second = await hall.code(), await hall.code()

    assert (await hall.at_kiosk("open", code=first)).status_code == 404
    assert (await hall.at_kiosk("open", code=second)).status_code == 200


async def test_the_code_of_another_agencys_counter_is_unknown_here(hall: Hall) -> None:
    await invite(hall.survey.database_url, code=SECOND_CODE, receiving_agency="H20.40.02",
                 competent_agency="H20.40.02")  # fmt: skip
    code = await hall.code(SECOND_CODE)

    refused = await hall.at_kiosk("open", code=code)

    assert (refused.status_code, refused.json()["code"]) == (404, "code_unknown")
    assert len(await rows(hall.survey.database_url, "select 1 from kiosk_code")) == 1


async def test_who_guesses_codes_is_told_to_wait_while_another_kiosk_goes_on(hall: Hall) -> None:
    code = await hall.code()
    other = await hall.survey.http.post("/v1/kiosks", json={"agency": "H20.40", "name": "Khác"})

    tries = [
        await hall.at_kiosk("open", code=f"AAAA{number:04d}")
        for number in range(codes.TRIES_A_MINUTE + 5)
    ]

    assert [one.status_code for one in tries] == [404] * codes.TRIES_A_MINUTE + [429] * 5
    assert int(tries[-1].headers["Retry-After"]) == 60
    elsewhere = await Hall(hall.survey, other.json()).at_kiosk("open", code=code)
    assert elsewhere.status_code == 200
    hall.move(timedelta(minutes=1))
    assert (await hall.at_kiosk("open", code=code)).json()["code"] == "code_unknown"


async def test_many_kiosks_of_one_agency_guess_no_faster_than_it_may(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "TRIES_OF_AN_AGENCY", 3)
    twin = await hall.survey.http.post("/v1/kiosks", json={"agency": "H20.40.01", "name": "Hai"})

    mine = [await hall.at_kiosk("open", code="AAAA2222") for _ in range(2)]
    theirs = [await Hall(hall.survey, twin.json()).at_kiosk("open", code="AAAA2222")
              for _ in range(2)]  # fmt: skip

    assert [one.status_code for one in mine + theirs] == [404, 404, 404, 429]


async def test_a_slip_is_given_once_whether_at_the_kiosk_or_online(hall: Hall) -> None:
    token = await hall.opened()

    first = await hall.at_kiosk("answer", token=token, choices=SLIP)
    second = await hall.at_kiosk("answer", token=token, choices=SLIP)
    online = await hall.survey.http.post(f"/v1/surveys/invitations/{token}", json={"choices": SLIP})

    assert [first.status_code, second.status_code, online.status_code] == [201, 409, 409]
    assert len(await rows(hall.survey.database_url, "select 1 from answer")) == 1


async def test_a_burst_from_one_kiosk_is_counted_apart(hall: Hall) -> None:
    plausible = load().slips_a_minute_plausible
    url = hall.survey.database_url
    for number in range(plausible + 1):
        code = f"H20.40.01-260302-1{number:03d}"
        await invite(url, code=code)
        opened = await hall.at_kiosk("open", code=await hall.code(code))
        await hall.at_kiosk("answer", token=opened.json()["token"], choices=SLIP)

    standings = sorted(row["standing"] for row in await rows(url, "select standing from answer"))
    assert standings == ["counted"] * plausible + ["suspect"]


@pytest.mark.parametrize("verb", ["open", "answer"])
async def test_a_device_that_is_unknown_lost_or_lies_about_its_secret_gets_nothing(
    hall: Hall, verb: str
) -> None:
    token, code = await hall.opened(), await hall.code()
    body = {"code": code} if verb == "open" else {"token": token, "choices": SLIP}
    path = "/v1/kiosks/{}:" + verb

    async def status(kiosk: object, secret: str) -> int:
        answer = await hall.survey.http.post(path.format(kiosk), json=body | {"secret": secret})
        return answer.status_code

    mine, secret = hall.kiosk["id"], hall.kiosk["secret"]
    assert await status(mine, "x") == 404
    assert await status(uuid4(), secret) == 404
    retired = await hall.survey.http.post(f"/v1/kiosks/{mine}:retire")
    assert retired.json()["retired_at"] is not None
    assert await status(mine, secret) == 404


async def test_kiosks_are_set_up_listed_and_retired_within_the_callers_agencies(
    hall: Hall, token: Token
) -> None:
    http = hall.survey.http
    await http.post("/v1/kiosks", json={"agency": "H20.41", "name": "Xa"})
    http.headers["Authorization"] = f"Bearer {token('leader', agencies=['H20.40'])}"

    foreign = await http.post("/v1/kiosks", json={"agency": "H20.41", "name": "Xa"})
    first = (await http.get("/v1/kiosks", params={"limit": 1})).json()
    http.headers["Authorization"] = f"Bearer {token('leader', agencies=['H20.41'])}"
    retired = await http.post(f"/v1/kiosks/{hall.kiosk['id']}:retire")

    assert (foreign.status_code, retired.status_code) == (404, 404)
    assert [one["id"] for one in first["items"]] == [hall.kiosk["id"]]
    assert first["next"] is None
    assert "secret" not in first["items"][0]


async def test_whatever_a_kiosk_is_made_to_send_is_answered_and_opens_nothing(hall: Hall) -> None:
    await hall.code()
    chance = random.Random(13)
    fields = ("secret", "code", "token", "choices")
    answers = Counter[int]()
    for number in range(300):
        verb = ("open", "answer")[number % 2]
        given = {name: chance.choice(WORDS) for name in fields if chance.random() < 0.8}
        kiosk = hall.kiosk["id"] if chance.random() < 0.8 else "%00"
        answer = await hall.survey.http.post(
            f"/v1/kiosks/{kiosk}:{verb}",
            content=orjson.dumps(given | {"secret": hall.kiosk["secret"]}),
            headers={"Authorization": "", "Content-Type": "application/json"},
        )
        answers[answer.status_code] += 1

    assert set(answers) <= {404, 413, 422, 429}
    assert await rows(hall.survey.database_url, "select 1 from answer") == []
    assert len(await rows(hall.survey.database_url, "select 1 from kiosk_code")) == 1
