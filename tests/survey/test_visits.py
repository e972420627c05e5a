"""Visits are counted in memory and written together; online ≤ today ≤ total."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.survey.visits import buffer, counting
from services.survey.visits.counting import Visits
from shared import clock
from tests.conftest import Client, ServiceClient
from tests.survey.factories import rows

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SITE = "thanhbinh.dongthap.gov.vn"
BEFORE = 10_213_606


@dataclass
class Portal:
    """A portal whose visitors come at moments that the test chooses."""

    survey: Client
    visits: Visits

    def at(self, moment: datetime) -> None:
        self.survey.app.dependency_overrides[clock.now] = lambda: moment

    async def come(self, *visitors: str | None, site: str = SITE) -> None:
        for visitor in visitors:
            given = {"site": site} | ({} if visitor is None else {"visitor": visitor})
            answer = await self.survey.http.post("/v1/visits", json=given)
            assert answer.status_code == 202, answer.text

    async def figures(self) -> tuple[int, int, int]:
        await self.visits.flush()
        shown: dict[str, Any] = (await self.survey.http.get(f"/v1/visits/{SITE}")).json()
        return shown["online"], shown["today"], shown["total"]


@pytest.fixture
async def portal(service_client: ServiceClient) -> Portal:
    survey = await service_client("survey", at=NOW)
    site = {"code": SITE, "agency": "H20.40", "name": "Huyện Thanh Bình", "before": BEFORE}
    assert (await survey.http.post("/v1/sites", json=site)).status_code == 201
    return Portal(survey, survey.app.state.visits)


async def test_the_seeds_figures_come_out(portal: Portal) -> None:
    await portal.come(*["a visitor of the morning"] * 806)
    portal.at(NOW + timedelta(hours=3))
    await portal.come("one", "two", "three", "four")
    assert await portal.figures() == (4, 810, 10_214_416)


async def test_a_visitor_who_stays_is_one_and_one_who_leaves_is_none(portal: Portal) -> None:
    await portal.come("one", "one", "two", None)
    assert await portal.figures() == (2, 4, BEFORE + 4)
    portal.at(NOW + timedelta(minutes=4))
    await portal.come("two")
    portal.at(NOW + timedelta(minutes=6))
    assert await portal.figures() == (1, 5, BEFORE + 5)


async def test_a_new_day_begins_at_midnight_in_vietnam(portal: Portal) -> None:
    midnight = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    portal.at(midnight - timedelta(seconds=1))
    await portal.come("one", "two")
    portal.at(midnight + timedelta(seconds=1))
    assert await portal.figures() == (0, 0, BEFORE + 2)
    await portal.come("two")
    assert await portal.figures() == (1, 1, BEFORE + 3)


async def test_visitors_are_known_by_a_hash_of_the_day_and_forgotten(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await portal.come("somebody")
    await portal.figures()
    [kept] = await rows(portal.survey.database_url, "select * from site_visitor")
    assert b"somebody" not in kept["visitor"]
    monkeypatch.setattr(counting, "present", lambda: NOW + timedelta(minutes=11))
    await counting.forget_visitors(portal.survey.app.state.database)
    assert await rows(portal.survey.database_url, "select 1 from site_visitor") == []


async def test_what_cannot_be_written_now_is_written_later(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await portal.come("one")
    right = counting._SEEN
    monkeypatch.setattr(counting, "_SEEN", "insert into nowhere values ($1, $2, $3)")
    with pytest.raises(Exception, match="nowhere"):
        await portal.visits.flush()
    monkeypatch.setattr(counting, "_SEEN", right)
    await portal.come("two")
    assert await portal.figures() == (2, 2, BEFORE + 2)


async def test_a_flood_of_visitors_is_counted_and_bounded(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffer, "VISITORS_MAX", 3)
    await portal.come("one", "two", "three", "four", "five")
    assert await portal.figures() == (3, 5, BEFORE + 5)


async def test_the_last_second_is_written_when_the_process_ends(
    service_client: ServiceClient, portal: Portal
) -> None:
    async with portal.visits.running():
        await portal.come("one")
    [row] = await rows(portal.survey.database_url, "select visits from site_day")
    assert row["visits"] == 1


async def test_a_site_that_nobody_registered_is_not_counted(portal: Portal) -> None:
    answer = await portal.survey.http.post("/v1/visits", json={"site": "no.site"})
    assert (answer.status_code, answer.json()["code"]) == (404, "site_not_found")
    assert (await portal.survey.http.get("/v1/visits/no.site")).status_code == 404
    twice = {"code": SITE, "agency": "H20.40", "name": "Lần nữa"}
    answer = await portal.survey.http.post("/v1/sites", json=twice)
    assert (answer.status_code, answer.json()["code"]) == (409, "site_known")
