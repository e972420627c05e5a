"""What people say about returned dossiers moves their agency's score, seen through the gateway."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from deploy.door import Door
from deploy.local.testing import RunningSystem
from shared.clock import present
from shared.identity import Role
from shared.times import to_text, to_vietnam
from tests.survey.factories import SLIP, rows
from tests.waiting import until

PROCEDURE = "1.010038"
JUDGED, AWAY = "H20.121", "H20.122"
PERSON = {"name": "Nguyễn Văn Thử", "identity_number": "000187001234"}
ANGRY = SLIP | {"overall": "not_satisfied"}
SHOWN_FROM = 5


class Office:
    """One agency's counter, the one who decides, and the head who reads the scores."""

    def __init__(self, agency: str, counter: Door, specialist: Door, leader: Door) -> None:
        self.agency = agency
        self.counter = counter
        self.specialist = specialist
        self.leader = leader

    async def filed(self) -> dict[str, Any]:
        """A dossier that a person handed in and that was accepted."""
        filing = {"procedure": PROCEDURE, "agency": self.agency, "channel": "counter"}
        dossier = await self.counter.post("/v1/dossiers", filing | {"applicant": PERSON})
        accepted: dict[str, Any] = await self.counter.post(
            f"/v1/dossiers/{dossier['code']}/acceptance"
        )
        return accepted

    async def returned(self, code: str) -> dict[str, Any]:
        """Decide on a dossier, hand its result over, and wait for the invitation."""
        path = f"/v1/dossiers/{code}"
        await self.specialist.post(f"{path}/resolution", {"outcome": "approved"})
        await self.counter.post(f"{path}/return", {"identity_shown": True, "receipt_shown": True})
        listed = await self.counter.until(
            "/v1/surveys/invitations", lambda page: bool(page["items"]), dossier=code
        )
        [invitation] = listed["items"]
        assert isinstance(invitation, dict)
        return invitation

    async def handed(self, invitation: dict[str, Any]) -> str:
        """The link, as it is printed for the person."""
        handed = await self.counter.post(f"/v1/surveys/invitations/{invitation['id']}/handing")
        link: str = handed["link"]
        return link

    async def scores(self, **query: str) -> dict[str, Any]:
        """The agency's results of this month."""
        today = to_vietnam(present()).date().isoformat()
        asked = {"agency": self.agency, "from": today, "to": today} | query
        scores: dict[str, Any] = await self.leader.get("/v1/surveys/scores", **asked)
        return scores


@pytest.fixture
async def offices(doors: Any) -> Any:
    async def open_office(agency: str) -> Office:
        counter = await doors(Role.COUNTER, agencies=[agency], subject=f"mot-cua-{agency}")
        specialist = await doors(Role.SPECIALIST, agencies=[agency], subject=f"cb-{agency}")
        leader = await doors(Role.LEADER, agencies=[agency], subject=f"lanh-dao-{agency}")
        return Office(agency, counter, specialist, leader)

    return open_office


async def test_returned_dossiers_are_judged_online_at_a_kiosk_and_on_paper_and_move_the_score(
    offices: Any, at_the_door: RunningSystem
) -> None:
    office: Office = await offices(JUDGED)
    invitations = [await office.returned((await office.filed())["code"]) for _ in range(SHOWN_FROM)]
    before = (await office.scores())["total"]

    async with httpx.AsyncClient(base_url=at_the_door.gateway_url) as people:
        for invitation in invitations[:3]:
            link = await office.handed(invitation)
            slip = (await people.get(link)).json()
            assert (slip["procedure"], slip["agency"]) == (PROCEDURE, JUDGED)
            assert (await people.post(link, json={"choices": SLIP})).status_code == 201
            assert (await people.post(link, json={"choices": ANGRY})).status_code == 409
        await _at_the_kiosk(office, people, invitations[3])
    hidden = (await office.scores())["total"]
    printed = (await office.handed(invitations[4])).rpartition("/")[2]
    await office.counter.post(
        "/v1/surveys/slips:record",
        {"token": printed, "collected": "paper", "choices": ANGRY},
    )

    shown = (await office.scores())["total"]
    means = {one["question"]: one["mean"] for one in shown["questions"]}
    assert (before["slips"], hidden["slips"], shown["slips"]) == (None, None, SHOWN_FROM)
    assert means["time"] == 2.0
    # Four very satisfied and one not: (4 · 2 + 0) / 5.
    assert means["overall"] == 1.6


async def _at_the_kiosk(
    office: Office, people: httpx.AsyncClient, invitation: dict[str, Any]
) -> None:
    kiosk = await office.leader.post("/v1/kiosks", {"agency": JUDGED, "name": "Sảnh Một cửa"})
    path, secret = f"/v1/kiosks/{kiosk['id']}", {"secret": kiosk["secret"]}
    made = await office.counter.post(f"/v1/surveys/invitations/{invitation['id']}/codes")
    opened = await people.post(f"{path}:open", json=secret | {"code": made["code"]})
    assert opened.status_code == 200, opened.text
    assert (
        await people.post(f"{path}:open", json=secret | {"code": made["code"]})
    ).status_code == 404
    slip = secret | {"token": opened.json()["token"], "choices": SLIP}
    assert (await people.post(f"{path}:answer", json=slip)).status_code == 201


async def test_a_link_may_be_sent_to_the_persons_mailbox(offices: Any) -> None:
    office: Office = await offices(JUDGED)
    invitation = await office.returned((await office.filed())["code"])
    path = f"/v1/surveys/invitations/{invitation['id']}/sendings"

    await office.counter.post(path, {"carrier": "email", "to": "nguyet@example.vn"})

    # The local profile has no mail server: its channel notes the letter and takes it.
    sent = await office.counter.until(path, lambda page: page["items"][0]["state"] != "queued")
    assert [(one["state"], one["last_code"]) for one in sent["items"]] == [("sent", "ok")]


async def test_with_sla_away_people_are_asked_and_once_it_is_back_lateness_is_known(
    offices: Any, doors: Any, at_the_door: RunningSystem
) -> None:
    office: Office = await offices(AWAY)
    operator = await doors(Role.OPERATOR)
    portal = await doors(Role.PORTAL)
    await at_the_door.stop("sla")
    await at_the_door.stop("sla-worker")
    try:
        late = [await _began_weeks_ago(operator, number) for number in range(SHOWN_FROM)]
        link = await office.handed(await office.returned((await office.filed())["code"]))
        assert (await portal.http.post(link, json={"choices": SLIP})).status_code == 201
        with_sla_away = await office.leader.http.get(f"/v1/clocks/{late[0]}")
    finally:
        await at_the_door.start("sla")
        await at_the_door.start("sla-worker")
    assert with_sla_away.status_code == 503

    await _known_to_be_late(at_the_door, late)
    for code in late:
        link = await office.handed(await office.returned(code))
        assert (await portal.http.post(link, json={"choices": ANGRY})).status_code == 201

    lines = {line["group"]: line for line in (await office.scores(group_by="timeliness"))["items"]}
    assert lines["late"]["slips"] == SHOWN_FROM
    means = {one["question"]: one["mean"] for one in lines["late"]["questions"]}
    assert means["overall"] == 0.0
    assert (await office.scores())["total"]["slips"] == SHOWN_FROM + 1


async def _began_weeks_ago(operator: Door, number: int) -> str:
    """Bring a dossier in that another system accepted and that should be done by now."""
    filed_at: datetime = present() - timedelta(days=40)
    code = f"{AWAY}-{to_vietnam(filed_at):%y%m%d}-70{number:02d}"
    line = {
        "code": code,
        "procedure": PROCEDURE,
        "agency": AWAY,
        "channel": "counter",
        "applicant": PERSON,
        "filed_at": to_text(filed_at),
        "life": [{"action": "accept", "at": to_text(filed_at)}],
    }
    answer = await operator.http.post(
        "/v1/imports/dossiers",
        params={"batch": f"khao-sat-{uuid.uuid4().hex}"},
        content=orjson.dumps(line),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.json()["imported"] == 1, answer.text
    return code


async def _known_to_be_late(system: RunningSystem, codes: list[str]) -> None:
    async def known() -> bool:
        found = await rows(
            system.settings["SURVEY_DATABASE_URL"],
            "select 1 from dossier_copy where late and code = any($1::text[])",
            codes,
        )
        return len(found) == len(codes)

    await until(known, seconds=60, what="sla tells the survey which dossiers are overdue")
