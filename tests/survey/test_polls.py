"""A poll counts one vote per visitor, and its total is always the sum of its options."""

import asyncio
import random
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.survey.polls import visitors, votes
from shared import clock
from tests.conftest import ServiceClient, Token
from tests.survey.factories import rows

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SITE = "thanhbinh.dongthap.gov.vn"
RICH, EASY, USEFUL = "rich", "easy", "useful"
POLL: dict[str, Any] = {
    "agency": "H20.40",
    "site": SITE,
    "question": {
        "vi": "Theo bạn thông tin nội dung website thế nào?",
        "en": "What do you think of the site's content?",
    },
    "options": [
        {"id": RICH, "words": {"vi": "Phong phú đa dạng", "en": "Rich and varied"}},
        {"id": EASY, "words": {"vi": "Dễ sử dụng", "en": "Easy to use"}},
        {"id": USEFUL, "words": {"vi": "Hữu ích", "en": "Useful"}},
    ],
}


@dataclass
class Booth:
    """The survey as a leader and as the public see it."""

    http: httpx.AsyncClient
    url: str

    async def open(self, **changed: Any) -> dict[str, Any]:
        answer = await self.http.post("/v1/polls", json=POLL | changed)
        assert answer.status_code == 201, answer.text
        poll: dict[str, Any] = answer.json()
        return poll

    async def visitor(self) -> str:
        answer = await self.http.post("/v1/visitors", headers={"Authorization": ""})
        token: str = answer.json()["visitor"]
        return token

    async def vote(self, poll: dict[str, Any], visitor: str, option: str) -> httpx.Response:
        return await self.http.post(
            f"/v1/polls/{poll['id']}/votes",
            json={"option": option, "visitor": visitor},
            headers={"Authorization": ""},
        )

    async def shown(self, poll: dict[str, Any]) -> dict[str, Any]:
        answer = await self.http.get(f"/v1/polls/{poll['id']}", headers={"Authorization": ""})
        view: dict[str, Any] = answer.json()
        return view


@pytest.fixture
async def booth(service_client: ServiceClient) -> Booth:
    survey = await service_client("survey", at=NOW)
    return Booth(survey.http, survey.database_url)


def votes_of(view: dict[str, Any]) -> dict[str, int]:
    return {option["id"]: option["votes"] for option in view["options"]}


async def test_the_seeds_316_votes_come_out_whoever_votes_twice(booth: Booth) -> None:
    poll = await booth.open()
    chance = random.Random(316)
    chosen = [(await booth.visitor(), chance.choice([RICH, EASY, USEFUL])) for _ in range(316)]
    tries = [*chosen, *((who, chance.choice([RICH, EASY])) for who, _ in chosen[:100])]
    chance.shuffle(tries)

    answers = await asyncio.gather(*(booth.vote(poll, *one) for one in tries))

    assert Counter(answer.status_code for answer in answers) == {204: 316, 409: 100}
    view = await booth.shown(poll)
    assert view["votes"] == 316 == sum(votes_of(view).values())
    kept = await rows(booth.url, "select option, count(*)::int from poll_vote group by option")
    assert votes_of(view) == dict(map(tuple, kept))
    assert sum(option["percent"] for option in view["options"]) == pytest.approx(100, abs=0.2)


async def test_one_visitor_at_once_many_times_votes_once(booth: Booth) -> None:
    poll, visitor = await booth.open(), await booth.visitor()

    answers = await asyncio.gather(*(booth.vote(poll, visitor, RICH) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [204] + [409] * 7
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"already_voted"}
    assert (await booth.shown(poll))["votes"] == 1


async def test_a_visitor_votes_in_each_poll_and_is_another_one_there(booth: Booth) -> None:
    first, second = await booth.open(), await booth.open()
    visitor = await booth.visitor()

    for poll in (first, second):
        assert (await booth.vote(poll, visitor, EASY)).status_code == 204

    known = await rows(booth.url, "select distinct visitor from poll_vote")
    assert len(known) == 2
    assert not [row for row in known if visitor.encode() in row["visitor"]]


async def test_only_our_visitors_vote_and_only_for_what_is_offered(booth: Booth) -> None:
    poll, visitor = await booth.open(), await booth.visitor()
    forged = visitors.hand_out(b"another key".ljust(32))

    for token in (forged, visitor[:-1], "", "không"):
        answer = await booth.vote(poll, token, RICH)
        assert (answer.status_code, answer.json()["code"]) == (403, "visitor_unknown")
    answer = await booth.vote(poll, visitor, "bad")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_an_option")
    answer = await booth.vote({"id": str(uuid.uuid4())}, visitor, RICH)
    assert (answer.status_code, answer.json()["code"]) == (404, "poll_not_found")


async def test_a_poll_takes_votes_from_its_opening_to_its_closing(booth: Booth) -> None:
    later = await booth.open(opens_at=(NOW + timedelta(hours=1)).isoformat())
    poll, visitor = await booth.open(results="closed"), await booth.visitor()

    assert (await booth.vote(later, visitor, RICH)).json()["code"] == "poll_closed"
    assert (await booth.vote(poll, visitor, RICH)).status_code == 204
    hidden = await booth.shown(poll)
    assert (hidden["votes"], votes_of(hidden)) == (None, dict.fromkeys([RICH, EASY, USEFUL]))
    closed = await booth.http.post(f"/v1/polls/{poll['id']}/closing")
    assert (closed.status_code, closed.json()["open"]) == (200, False)
    assert (await booth.vote(poll, await booth.visitor(), RICH)).json()["code"] == "poll_closed"
    assert (await booth.shown(poll))["votes"] == 1
    again = await booth.http.post(f"/v1/polls/{poll['id']}/closing")
    assert (again.status_code, again.json()["code"]) == (409, "poll_closed")


async def test_too_many_tries_are_told_when_to_come_again(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, visitor = await booth.open(), await booth.visitor()
    statuses = [(await booth.vote(poll, visitor, RICH)).status_code for _ in range(12)]
    assert statuses == [204] + [409] * 9 + [429] * 2

    monkeypatch.setattr(votes, "VISITORS_A_MINUTE", 1)
    answer = await booth.http.post("/v1/visitors")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


async def test_the_open_polls_of_a_site_are_listed_newest_first(booth: Booth) -> None:
    first, second = await booth.open(), await booth.open()
    await booth.open(site="other.gov.vn")
    await booth.open(closes_at=(NOW + timedelta(seconds=1)).isoformat())

    page = (await booth.http.get("/v1/polls", params={"site": SITE, "limit": 2})).json()
    rest = (await booth.http.get("/v1/polls", params={"site": SITE, "after": page["next"]})).json()

    listed = [poll["id"] for poll in (*page["items"], *rest["items"])]
    assert listed[1:] == [second["id"], first["id"]]


async def test_only_who_answers_for_the_agency_opens_and_closes(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey", bearer=token("leader", agencies=["H30"]))
    answer = await survey.http.post("/v1/polls", json=POLL)
    assert (answer.status_code, answer.json()["code"]) == (404, "agency_not_found")
    survey.http.headers["Authorization"] = f"Bearer {token('counter', agencies=['H20'])}"
    assert (await survey.http.post("/v1/polls", json=POLL)).status_code == 403


async def test_a_poll_that_contradicts_itself_is_refused(booth: Booth) -> None:
    twice = [POLL["options"][0], POLL["options"][0]]
    backwards = {"opens_at": NOW.isoformat(), "closes_at": (NOW - timedelta(days=1)).isoformat()}
    for wrong in ({"options": twice}, {"options": twice[:1]}, backwards, {"site": "Tên trang"}):
        assert (await booth.http.post("/v1/polls", json=POLL | wrong)).status_code == 422, wrong


async def test_a_window_that_is_over_counts_anew(service_client: ServiceClient) -> None:
    survey = await service_client("survey", at=NOW)
    booth = Booth(survey.http, survey.database_url)
    poll, visitor = await booth.open(), await booth.visitor()
    tried = [(await booth.vote(poll, visitor, RICH)).status_code for _ in range(11)]
    assert tried[-1] == 429
    survey.app.dependency_overrides[clock.now] = lambda: NOW + timedelta(seconds=61)
    assert (await booth.vote(poll, visitor, RICH)).status_code == 409
