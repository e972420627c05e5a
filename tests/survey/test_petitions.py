"""A petition's whole life: sent, taken up, asked about, passed on, answered, published, judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import asyncpg
import httpx
import pytest

from services.survey.consumers import copy_agencies, copy_calendars
from services.survey.petitions import tracking
from services.survey.petitions.figures import index8
from services.survey.petitions.lifecycle import NEXT, Action, Status
from services.survey.petitions.limits import Stage, limit
from services.survey.petitions.overdue import tell_overdue
from shared import clock
from shared.events import (
    AgencyChanged,
    AgencyLevel,
    CalendarPublished,
    Envelope,
    Event,
    PetitionOverdue,
    PetitionRated,
    PetitionReceived,
    PetitionResolved,
    PetitionTransferred,
    seal,
)
from shared.working_time import VIETNAM_TIME
from tests.conftest import Client, ServiceClient, Token
from tests.sla.factories import seed_calendar
from tests.survey.factories import outbox_facts, rows

E = TypeVar("E", bound=Event)
COMMUNE, DEPARTMENT = "H20.100", "H20.15"
MONDAY = "2026-03-02 08:00"
WORDS = "Cán bộ yêu cầu thêm giấy tờ không có trong danh mục."
PERSON = {"name": "Nguyễn Văn Thử", "phone": "0901234567", "identity_number": "087200001234"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM_TIME)


@dataclass
class Desk:
    """The public and an officer at one survey whose clock the test sets."""

    survey: Client

    @property
    def http(self) -> httpx.AsyncClient:
        return self.survey.http

    def clock(self, text: str) -> None:
        self.survey.app.dependency_overrides[clock.now] = lambda: at(text)

    async def send(self, **changed: Any) -> dict[str, Any]:
        given = {"agency": COMMUNE, "kind": "conduct", "text": WORDS, "petitioner": PERSON}
        answer = await self.http.post(
            "/v1/petitions", json=given | changed, headers={"Authorization": ""}
        )
        assert answer.status_code == 201, answer.text
        taken: dict[str, Any] = answer.json()
        return taken

    async def identity(self, taken: dict[str, Any]) -> str:
        [row] = await rows(
            self.survey.database_url, "select id from petition where code = $1", taken["code"]
        )
        return str(row["id"])

    async def act(self, taken: dict[str, Any], action: str, **given: Any) -> httpx.Response:
        return await self.http.post(
            f"/v1/petitions/{await self.identity(taken)}/{action}", json=given
        )

    async def did(self, taken: dict[str, Any], action: str, **given: Any) -> dict[str, Any]:
        answer = await self.act(taken, action, **given)
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    async def public(self, verb: str, taken: dict[str, Any], **given: Any) -> httpx.Response:
        body = {"code": taken["code"], "secret": taken["secret"]} | given
        return await self.http.post(
            f"/v1/petitions:{verb}", json=body, headers={"Authorization": ""}
        )

    async def detail(self, taken: dict[str, Any]) -> dict[str, Any]:
        answer = await self.http.get(f"/v1/petitions/{await self.identity(taken)}")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    async def figures(self, **query: str) -> dict[str, Any]:
        period = {"from": "2026-01-01", "to": "2026-03-31"} | query
        answer = await self.http.get("/v1/reports/petitions", params=period)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def tell_catalogue(database_url: str, agencies: Sequence[str]) -> None:
    """Let the survey know the calendar and some agencies."""
    calendar = seed_calendar()
    published = CalendarPublished(
        code=calendar.code, version=1, definition=calendar.model_dump(mode="json")
    )
    told = [
        AgencyChanged(
            code=code,
            name=f"Cơ quan {code}",
            level=AgencyLevel.COMMUNE,
            kind="people_committee",
            parent="H20",
            calendar=None,
            valid_from=date(2019, 1, 1),
            valid_to=None,
        )
        for code in agencies
    ]
    connection = await asyncpg.connect(database_url)
    try:
        await copy_calendars(connection, [_told(published, calendar.code)])
        await copy_agencies(connection, [_told(one, one.code) for one in told])
    finally:
        await connection.close()


def _told(fact: E, code: str) -> Envelope[E]:
    return seal(fact, source="procedures", aggregate_id=code, sequence=1, agency="VN")


@pytest.fixture
async def desk(service_client: ServiceClient) -> Desk:
    survey = await service_client("survey", at=at(MONDAY))
    await tell_catalogue(survey.database_url, [COMMUNE, DEPARTMENT])
    return Desk(survey)


async def test_from_sending_to_the_judged_answer(desk: Desk) -> None:
    taken = await desk.send()
    assert taken["due_at"] == "2026-03-04T08:00:00+07:00"
    desk.clock("2026-03-03 09:00")
    accepted = await desk.did(taken, "acceptance")
    assert (accepted["status"], accepted["due_at"]) == ("accepted", "2026-03-24T09:00:00+07:00")
    desk.clock("2026-03-05 09:00")
    await desk.did(taken, "question", note="Xin cho biết ngày đến nộp.")
    shown = (await desk.public("track", taken)).json()
    assert (shown["question"], shown["due_at"]) == ("Xin cho biết ngày đến nộp.", None)
    desk.clock("2026-03-09 09:00")
    shown = (await desk.public("supply", taken, text="Ngày 27/02")).json()
    # Two working days were waited for; they are put behind the day to answer.
    assert (shown["status"], shown["due_at"]) == ("accepted", "2026-03-26T09:00:00+07:00")
    desk.clock("2026-03-26 16:00")
    resolved = await desk.did(taken, "resolution", answer="Đã nhắc nhở cán bộ.", proved=True)
    assert (resolved["status"], resolved["late"]) == ("resolved", False)
    published = await desk.did(
        taken, "publication", question="Đòi thêm giấy tờ", answer="Đã nhắc nhở."
    )
    assert published["allowed"] == []
    shown = (await desk.public("rate", taken, level=4)).json()
    assert (shown["answer"], shown["level"]) == ("Đã nhắc nhở cán bộ.", 4)
    again = await desk.public("rate", taken, level=1)
    assert (again.status_code, again.json()["code"]) == (409, "already_rated")

    detail = await desk.detail(taken)
    assert [step["action"] for step in detail["steps"]] == [
        *("receive", "accept", "ask", "supply", "resolve", "publish", "rate")
    ]
    assert (detail["text"], detail["supplied"]) == (WORDS, ["Ngày 27/02"])
    public = (await desk.http.get("/v1/petitions/published", params={"words": "GIẤY TỜ"})).json()
    assert [item["question"] for item in public["items"]] == ["Đòi thêm giấy tờ"]
    assert "Nguyễn" not in str(public)
    url = desk.survey.database_url
    for fact in (PetitionReceived, PetitionResolved, PetitionRated):
        assert len(await outbox_facts(url, fact)) == 1, fact
    [told] = await outbox_facts(url, PetitionResolved)
    assert (told["data"]["proved"], told["data"]["late"]) == (True, False)


async def test_an_answer_after_its_day_is_late_and_told_overdue_once(desk: Desk) -> None:
    taken = await desk.send()
    await desk.did(taken, "acceptance")
    for now in ("2026-03-23 08:00", "2026-03-24 08:00", "2026-03-25 08:00"):
        async with desk.survey.app.state.database.transaction() as session:
            await tell_overdue(session, at(now))
    [overdue] = await outbox_facts(desk.survey.database_url, PetitionOverdue)
    assert overdue["data"]["due_at"] == "2026-03-23T01:00:00Z"
    desk.clock("2026-03-24 08:00")
    assert (await desk.detail(taken))["overdue"] is True
    assert (await desk.did(taken, "resolution", answer="Xin lỗi"))["late"] is True


async def test_another_agency_has_its_whole_time(desk: Desk) -> None:
    taken = await desk.send()
    desk.clock("2026-03-12 08:00")
    moved = await desk.did(taken, "transfer", to_agency=DEPARTMENT, note="Thuộc thẩm quyền Sở")
    assert (moved["agency"], moved["due_at"]) == (DEPARTMENT, "2026-03-16T08:00:00+07:00")
    [told] = await outbox_facts(desk.survey.database_url, PetitionTransferred)
    # Five working days to pass it on were over on 09/03 (Decree 20/2008 Art 9).
    assert (told["data"]["late"], told["agency"]) == (True, COMMUNE)
    for wrong, code in ((DEPARTMENT, "agency_same"), ("H99", "agency_unknown")):
        answer = await desk.act(taken, "transfer", to_agency=wrong, note="…")
        assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("status", Status)
async def test_nothing_else_is_allowed_than_the_table_says(desk: Desk, status: Status) -> None:
    taken = await desk.send()
    connection = await asyncpg.connect(desk.survey.database_url)
    await connection.execute("update petition set status = $1", status)
    await connection.close()
    bodies: dict[Action, tuple[str, dict[str, Any]]] = {
        Action.ACCEPT: ("acceptance", {}),
        Action.REFUSE: ("refusal", {"note": "…"}),
        Action.ASK: ("question", {"note": "…"}),
        Action.TRANSFER: ("transfer", {"note": "…", "to_agency": DEPARTMENT}),
        Action.RESOLVE: ("resolution", {"answer": "…"}),
        Action.PUBLISH: ("publication", {"question": "…", "answer": "…"}),
        Action.WITHDRAW: ("withdrawal", {"note": "…"}),
    }
    for action in bodies.keys() - NEXT[status].keys():
        path, body = bodies[action]
        answer = await desk.act(taken, path, **body)
        assert answer.status_code == 409, action
        assert answer.json()["allowed"] == sorted(NEXT[status])


async def test_words_and_person_are_sealed_and_masked(desk: Desk) -> None:
    taken = await desk.send()
    await desk.did(taken, "refusal", note="Không rõ nội dung")
    for table in ("petition", "petition_step", "outbox", "rate"):
        kept = str([dict(row) for row in await rows(desk.survey.database_url, f"table {table}")])
        for said in (WORDS, "Không rõ", *PERSON.values(), taken["secret"]):
            assert said not in kept, table
    detail = await desk.detail(taken)
    assert detail["petitioner"]["phone"] == "09******67"
    assert detail["steps"][-1]["note"] == "Không rõ nội dung"


async def test_only_the_secret_opens_and_tries_are_bounded(desk: Desk) -> None:
    taken = await desk.send()
    other = await desk.send()
    wrong = await desk.public("track", taken | {"secret": other["secret"]})
    unknown = await desk.public("track", taken | {"code": "PA-260302-XXXXXX"})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.json()["code"] == unknown.json()["code"]
    tries = [(await desk.public("track", taken)).status_code for _ in range(10)]
    assert tries == [200] * (tracking.TRIES_A_QUARTER - 1) + [429]
    assert (await desk.public("rate", taken, level=5)).headers["Retry-After"] == "900"


async def test_officers_see_and_handle_their_own_agencies_only(
    desk: Desk, service_client: ServiceClient, token: Token
) -> None:
    taken = await desk.send()
    url = desk.survey.database_url
    stranger = await service_client(
        "survey", at=at(MONDAY), bearer=token("leader", agencies=["H30"]), database_url=url
    )
    identity = await desk.identity(taken)
    assert (await stranger.http.get("/v1/petitions")).json()["items"] == []
    assert (await stranger.http.get(f"/v1/petitions/{identity}")).status_code == 404
    refused = await stranger.http.post(f"/v1/petitions/{identity}/acceptance", json={})
    assert refused.status_code == 404
    listed = (await desk.http.get("/v1/petitions", params={"agency": "H20"})).json()["items"]
    assert [item["code"] for item in listed] == [taken["code"]]
    recorded = await desk.http.post(
        "/v1/petitions:record", json={"agency": COMMUNE, "channel": "hotline", "text": WORDS}
    )
    assert recorded.status_code == 201
    by_people = {"agency": COMMUNE, "channel": "hotline", "text": WORDS}
    answer = await desk.http.post("/v1/petitions", json=by_people)
    assert (answer.status_code, answer.json()["code"]) == (422, "channel_needs_officer")


async def test_figures_tell_what_was_late_proved_and_judged(desk: Desk) -> None:
    taken = [await desk.send() for _ in range(4)]
    for one in taken:
        await desk.did(one, "acceptance")
    await desk.did(taken[0], "resolution", answer="…", proved=False)
    await desk.public("rate", taken[0], level=2)
    desk.clock("2026-03-24 08:00")
    await desk.did(taken[1], "resolution", answer="…", proved=True)
    await desk.public("rate", taken[1], level=5)

    found = await desk.figures()

    assert (found["received"], found["resolved"], found["resolved_on_time"]) == (4, 2, 1)
    assert (found["dragging"], found["index8"], found["on_time_percent"]) == (2, 0, 50.0)
    # One of the four complaints was proved false.
    assert found["complaints"] == 3
    assert (found["rated"], found["satisfied"], found["satisfied_percent"]) == (2, 1, 50.0)
    before = await desk.figures(to="2026-03-20")
    assert (before["dragging"], before["resolved"]) == (0, 1)
    nothing = await desk.figures(**{"from": "2025-01-01", "to": "2025-12-31"})
    assert (nothing["on_time_percent"], nothing["index8"]) == (None, 2)


def test_index_8_by_the_law() -> None:
    assert [index8(*case) for case in ((0, 0, 0), (10, 10, 0), (10, 9, 0), (100, 89, 0))] == [
        *(2, 2, 1, 0)
    ]
    assert index8(10, 10, 1) == 0


def test_every_stage_has_a_limit_with_its_source() -> None:
    days = {stage: limit(stage, date(2026, 3, 2), None).value for stage in Stage}
    assert days == {
        Stage.ACCEPT: 2,
        Stage.ASK: 5,
        Stage.TRANSFER: 5,
        Stage.RESOLVE: 15,
        Stage.PUBLISH: 2,
    }
