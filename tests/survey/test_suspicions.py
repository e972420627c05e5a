"""Slips that nobody fills in by hand are counted apart until somebody from above decides."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from services.survey import sources
from services.survey.scores import recount
from shared import clock
from shared.events import SurveyAnswered
from tests.conftest import Client, ServiceClient, Token
from tests.survey.factories import RETURNED, SLIP, hand_out, invite, outbox_facts, rows

PLAUSIBLE = 6
ALIKE = 10
DIFFERENT = ("very_satisfied", "satisfied", "not_satisfied")
SUSPICIONS = "/v1/surveys/suspicions"


class Box:
    """The survey, and slips that come to it from one sender."""

    def __init__(self, survey: Client) -> None:
        self.survey = survey

    async def stuff(
        self, slips: int, *, sender: str = "203.0.113.7", at: datetime = RETURNED, **choices: str
    ) -> None:
        self.survey.app.dependency_overrides[clock.now] = lambda: at
        links = [
            await hand_out(self.survey.http, await invite(self.survey.database_url))
            for _ in range(slips)
        ]
        for link in links:
            headers = {"Authorization": "", sources.SENDER: sender} if sender else {}
            filled = {"choices": SLIP | choices}
            taken = await self.survey.http.post(link, json=filled, headers=headers)
            assert taken.status_code == 201, taken.text

    async def standing(self) -> dict[str, int]:
        query = "select standing, count(*) as slips from answer group by 1"
        return {row["standing"]: row["slips"] for row in await rows(self.url, query)}

    async def counted(self) -> int:
        [row] = await rows(self.url, "select coalesce(sum(slips), 0) as slips from score")
        return int(row["slips"])

    async def pending(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.survey.http.get(SUSPICIONS)).json()["items"]
        return items

    async def decide(self, one: str, *, count: bool = True, **headers: str) -> httpx.Response:
        verdict = {"count": count, "ground": "Đã đối chiếu với lịch trả kết quả."}
        path = f"{SUSPICIONS}/{one}/decision"
        return await self.survey.http.post(path, json=verdict, headers=headers)

    async def differences(self) -> list[recount.Difference]:
        connection = await asyncpg.connect(self.url)
        try:
            return await recount.differences(connection)
        finally:
            await connection.close()

    @property
    def url(self) -> str:
        return self.survey.database_url


@pytest.fixture
async def box(service_client: ServiceClient) -> Box:
    return Box(await service_client("survey", at=RETURNED))


async def test_more_in_a_minute_than_people_fill_in_stand_apart(box: Box) -> None:
    await box.stuff(PLAUSIBLE + 2)

    assert await box.standing() == {"counted": PLAUSIBLE, "suspect": 2}
    assert await box.counted() == PLAUSIBLE
    assert len(await outbox_facts(box.url, SurveyAnswered)) == PLAUSIBLE
    [one] = await box.pending()
    assert (one["agency"], one["month"], one["reason"]) == ("H20.40.01", "2026-03", "burst")
    assert one["slips"] == 2
    asked = {"from": "2026-03-01", "to": "2026-03-31"}
    scores = (await box.survey.http.get("/v1/surveys/scores", params=asked)).json()
    assert (scores["suspect"], scores["total"]["slips"]) == (2, PLAUSIBLE)


async def test_the_same_slip_again_and_again_stands_apart_however_slowly_it_comes(
    box: Box,
) -> None:
    for number in range(ALIKE + 1):
        await box.stuff(1, at=RETURNED + number * timedelta(seconds=61))

    assert await box.standing() == {"counted": ALIKE, "suspect": 1}
    [one] = await box.pending()
    assert one["reason"] == "alike"


async def test_many_different_slips_slowly_and_those_of_many_senders_count(box: Box) -> None:
    for number in range(ALIKE + 1):
        at = RETURNED + number * timedelta(seconds=61)
        await box.stuff(1, at=at, overall=DIFFERENT[number % 3])
    for number in range(PLAUSIBLE + 1):
        await box.stuff(1, sender=f"198.51.100.{number}")
    await box.stuff(PLAUSIBLE + 1, sender="")

    assert set(await box.standing()) == {"counted"}


async def test_what_is_decided_to_count_counts_as_if_it_always_had(box: Box) -> None:
    await box.stuff(PLAUSIBLE + 3)
    [one] = await box.pending()

    decided = await box.decide(one["id"])

    assert (decided.status_code, decided.json()["status"]) == (200, "counted")
    assert await box.standing() == {"counted": PLAUSIBLE + 3}
    assert await box.counted() == PLAUSIBLE + 3
    assert await box.differences() == []
    told = await outbox_facts(box.url, SurveyAnswered)
    assert len({fact["subject"] for fact in told}) == PLAUSIBLE + 3
    assert {fact["sequence"] for fact in told} == {1}
    assert {fact["data"]["answered_at"][:10] for fact in told[PLAUSIBLE:]} == {"2026-03-01"}
    assert await box.pending() == []


async def test_what_is_dismissed_is_kept_and_never_counted(box: Box) -> None:
    await box.stuff(PLAUSIBLE + 3)
    [one] = await box.pending()

    assert (await box.decide(one["id"], count=False)).json()["status"] == "dismissed"

    assert await box.standing() == {"counted": PLAUSIBLE, "dismissed": 3}
    assert await box.counted() == PLAUSIBLE
    assert await box.differences() == []
    [kept] = (await box.survey.http.get(SUSPICIONS, params={"status": "dismissed"})).json()["items"]
    assert kept["ground"] == "Đã đối chiếu với lịch trả kết quả."
    assert (await box.decide(one["id"])).json()["code"] == "already_decided"


async def test_nobody_decides_on_slips_about_the_own_agency(box: Box, token: Token) -> None:
    await box.stuff(PLAUSIBLE + 1)
    [one] = await box.pending()

    async def status(*roles: str, agencies: list[str]) -> int:
        signed = token(*roles, agencies=agencies)
        return (await box.decide(one["id"], Authorization=f"Bearer {signed}")).status_code

    assert await status("counter", agencies=["H20"]) == 403
    assert await status("leader", agencies=["H20.40.02"]) == 404
    assert await status("leader", agencies=["H20.40.01"]) == 403
    assert await status("leader", agencies=["H20.40"]) == 200


async def test_slips_that_come_while_one_decides_are_neither_lost_nor_counted_twice(
    box: Box,
) -> None:
    await box.stuff(PLAUSIBLE + 1)
    [one] = await box.pending()

    await asyncio.gather(box.decide(one["id"]), box.stuff(4))

    standing, pending = await box.standing(), await box.pending()
    assert sum(standing.values()) == PLAUSIBLE + 5
    assert sum(group["slips"] for group in pending) == standing.get("suspect", 0)
    assert await box.counted() == standing["counted"]
    assert await box.differences() == []


async def test_a_sender_is_another_one_tomorrow_and_nobody_the_day_after(box: Box) -> None:
    known = box.survey.app.state.sources
    today = await known.hashed("203.0.113.7", RETURNED)
    assert (
        await sources.Sources(box.survey.app.state.database).hashed("203.0.113.7", RETURNED)
        == today
    )

    tomorrow = await known.hashed("203.0.113.7", RETURNED + timedelta(days=1))
    await sources.forget_sources(box.survey.app.state.database)

    assert tomorrow != today
    assert not await rows(box.url, "select 1 from source_key where day <= '2026-03-11'")


async def test_no_row_tells_where_a_slip_came_from(box: Box) -> None:
    await box.stuff(PLAUSIBLE + 1)

    columns = await rows(
        box.url,
        "select table_name, column_name from information_schema.columns"
        " where table_name in ('answer', 'suspicion')",
    )
    assert not {"source", "sender", "network"} & {row["column_name"] for row in columns}
    for table in ("answer", "suspicion", "rate", "invitation"):
        kept = await rows(box.url, f"select t::text as line from {table} t")
        assert not any("203.0.113.7" in row["line"] for row in kept)
        assert not any(b"203.0.113.7".hex() in row["line"] for row in kept)
