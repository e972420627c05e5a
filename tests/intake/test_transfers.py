"""Dossiers sent to the competent agency: boundary-free, wrongly addressed, of an abolished one."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.intake.transfers.forwarding import Forwarding, forward_by
from shared.events import ActingAgency, AgencyLevel
from shared.working_time import Calendar, WorkingTime
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import (
    BIRTH_PAPER,
    COMMUNE,
    DEPARTMENT,
    OTHER_COMMUNE,
    PLAIN,
    a_calendar,
    a_procedure,
    an_agency,
    at,
    tell,
)

FREE = "1.000007"
FREE_IN_THE_NATION = "1.000008"
HANOI_COMMUNE = "H26.100"
POST_OFFICE = "H20.100.80"
RULE = Forwarding(cutoff=time(15), opening_minutes=60, paper_working_days=Decimal(1))


@pytest.fixture
async def office(start_office: StartOffice, catalogued: str) -> Office:
    acting = ActingAgency(agency=COMMUNE, valid_from=date(2026, 1, 1), valid_to=date(2026, 3, 10))
    await tell(
        catalogued,
        [
            a_procedure(FREE, boundary_free="province"),
            a_procedure(FREE_IN_THE_NATION, boundary_free="nation"),
            an_agency(HANOI_COMMUNE),
            an_agency(POST_OFFICE, kind="post_office", level=AgencyLevel.OTHER, acts_for=(acting,)),
        ],
    )
    return await start_office()


async def _send(
    office: Office, dossier: dict[str, Any], to_agency: str, **changed: Any
) -> httpx.Response:
    asked = {"to_agency": to_agency, "ground": "Hồ sơ phi địa giới"} | changed
    return await office.ask(dossier, "transfers", asked)


async def _sent(office: Office, to_agency: str = OTHER_COMMUNE, **filing: Any) -> dict[str, Any]:
    dossier = await office.file(**({"procedure": FREE} | filing))
    answer = await _send(office, dossier, to_agency)
    assert answer.status_code == 200, answer.text
    return dossier


def _refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("received", "until"),
    [
        ("2026-03-02 08:00", "2026-03-02 17:00"),
        ("2026-03-02 06:00", "2026-03-02 17:00"),
        ("2026-03-02 14:59", "2026-03-02 17:00"),
        ("2026-03-02 15:00", "2026-03-03 08:00"),
        ("2026-03-06 16:00", "2026-03-09 08:00"),
        ("2026-03-07 09:00", "2026-03-09 08:00"),
    ],
)
def test_files_go_on_the_same_day_and_late_ones_at_the_start_of_the_next(
    received: str, until: str
) -> None:
    working_time = WorkingTime.of(Calendar.model_validate(a_calendar().definition))

    assert forward_by(working_time, at(received), RULE, on_paper=False) == at(until)


def test_papers_have_a_working_day() -> None:
    working_time = WorkingTime.of(Calendar.model_validate(a_calendar().definition))

    assert forward_by(working_time, at("2026-03-06 16:00"), RULE, on_paper=True) == at(
        "2026-03-09 16:00"
    )


async def test_the_limit_runs_from_when_the_competent_agency_receives(office: Office) -> None:
    dossier = await _sent(office)
    office.clock("2026-03-03 09:00")

    received = await office.do(dossier, "transfers/1/receipt")

    assert received["status"]["code"] == 2
    assert received["code"] == dossier["code"]
    assert (received["receiving_agency"], received["competent_agency"]) == (COMMUNE, OTHER_COMMUNE)
    assert datetime.fromisoformat(received["counts_from"]) == at("2026-03-03 09:00")
    assert datetime.fromisoformat(received["due_at"]) == at("2026-03-17 09:00")
    told = [(fact["type"], fact["agency"]) for fact in await office.told(dossier)]
    assert told == [
        ("dossier.filed.v1", COMMUNE),
        ("dossier.transferred.v1", OTHER_COMMUNE),
        ("dossier.transfer_received.v1", OTHER_COMMUNE),
        ("dossier.accepted.v1", OTHER_COMMUNE),
    ]


async def test_what_arrives_incomplete_is_supplemented_first_and_accepted_then(
    office: Office,
) -> None:
    dossier = await _sent(office)
    missing = {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu"}]}

    received = await office.do(dossier, "transfers/1/receipt", {"complete": False})
    await office.do(dossier, "supplement-requests", missing)
    await office.do(dossier, "supplements")
    office.clock("2026-03-04 09:00")
    accepted = await office.do(dossier, "acceptance")

    assert (received["status"]["code"], received["due_at"]) == (1, None)
    assert datetime.fromisoformat(accepted["counts_from"]) == at("2026-03-04 09:00")


async def test_on_its_way_nobody_works_on_it_but_the_person_may_take_it_back(
    office: Office,
) -> None:
    dossier = await _sent(office)

    refused = await office.ask(dossier, "acceptance")
    shown = (await office.get(f"/v1/dossiers/{dossier['code']}")).json()

    assert _refusal(refused) == (409, "illegal_action")
    assert "chờ cơ quan có thẩm quyền nhận" in refused.json()["detail"]
    actions = [action["action"] for action in shown["allowed_actions"]]
    assert actions == ["withdraw", "receive_transfer"]
    await office.do(dossier, "withdrawal")
    assert (await office.get("/v1/transfers")).json()["items"] == []
    assert _refusal(await office.ask(dossier, "transfers/1/receipt")) == (409, "illegal_action")


async def test_only_boundary_free_procedures_go_as_far_as_they_are_free(office: Office) -> None:
    plain, free = await office.file(), await office.file(procedure=FREE)
    everywhere = await office.file(procedure=FREE_IN_THE_NATION)

    assert _refusal(await _send(office, plain, OTHER_COMMUNE)) == (409, "not_boundary_free")
    assert _refusal(await _send(office, free, HANOI_COMMUNE)) == (409, "not_boundary_free")
    assert (await _send(office, everywhere, HANOI_COMMUNE)).status_code == 200


async def test_elsewhere_nobody_accepts_for_the_competent_agency(office: Office) -> None:
    foreign = await office.file(procedure=FREE, competent_agency=OTHER_COMMUNE)
    department = await office.file(competent_agency=DEPARTMENT)

    assert _refusal(await office.ask(foreign, "acceptance")) == (409, "competent_agency_receives")
    assert (await office.ask(department, "acceptance")).status_code == 200
    assert (await _send(office, foreign, OTHER_COMMUNE)).status_code == 200
    assert (await office.do(foreign, "transfers/1/receipt"))["status"]["code"] == 2


async def test_what_came_to_the_wrong_agency_is_sent_on_and_accepted_there(office: Office) -> None:
    dossier = await office.file(procedure=PLAIN)
    await _send(office, dossier, OTHER_COMMUNE, kind="competence", ground="Nộp nhầm")

    received = await office.do(dossier, "transfers/1/receipt")
    accepted = await office.do(dossier, "acceptance")

    assert received["status"]["code"] == 1
    assert (accepted["status"]["code"], accepted["competent_agency"]) == (2, OTHER_COMMUNE)


async def test_after_acceptance_the_promise_stays_and_the_work_goes_over(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    dossier = await office.accepted()

    free = await _send(office, dossier, OTHER_COMMUNE)
    sent = await _send(office, dossier, OTHER_COMMUNE, kind="competence", ground="Sáp nhập")
    received = await office.do(dossier, "transfers/1/receipt")

    assert _refusal(free) == (409, "already_accepted")
    assert sent.json()["due_at"] == received["due_at"] == dossier["due_at"]
    told = [f for f in await office.told(dossier) if f["type"] == "dossier.transferred.v1"]
    assert [(f["data"]["from_agency"], f["data"]["before_acceptance"]) for f in told] == [
        (COMMUNE, False)
    ]
    agencies = await office.rows("select agency from party")
    assert {row["agency"] for row in agencies} == {OTHER_COMMUNE}
    taker = await start_office(bearer=token("specialist", agencies=[OTHER_COMMUNE]))
    step = {"name": "Thẩm định", "unit": "Tư pháp", "officer": "cb-02"}
    assert (await taker.do(dossier, "steps", step))["status"]["code"] == 4


async def test_only_who_has_it_sends_and_only_who_gets_it_receives(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    giver = await start_office(bearer=token("counter", agencies=[COMMUNE]))
    taker = await start_office(bearer=token("counter", agencies=[OTHER_COMMUNE]))
    stranger = await start_office(bearer=token("counter", agencies=[DEPARTMENT]))
    dossier = await giver.file(procedure=FREE)

    assert (await _send(taker, dossier, OTHER_COMMUNE)).status_code == 404
    assert (await _send(giver, dossier, OTHER_COMMUNE)).status_code == 200
    receipt = "transfers/1/receipt"
    assert _refusal(await giver.ask(dossier, receipt)) == (403, "agency_out_of_scope")
    assert (await stranger.ask(dossier, receipt)).status_code == 404
    assert [item["code"] for item in (await taker.get("/v1/transfers")).json()["items"]] == [
        dossier["code"]
    ]
    assert (await giver.get("/v1/transfers")).json()["items"] == []
    assert (await taker.ask(dossier, receipt)).status_code == 200
    assert _refusal(await taker.ask(dossier, receipt)) == (409, "illegal_action")
    assert _refusal(await taker.ask(dossier, "transfers/2/receipt")) == (404, "transfer_unknown")


async def test_each_transfer_tells_whether_it_went_in_time(office: Office) -> None:
    in_time, late = await _sent(office), await office.file(procedure=FREE)
    office.clock("2026-03-03 09:00")
    await _send(office, late, OTHER_COMMUNE)

    for dossier, told in ((in_time, False), (late, True)):
        (transfer,) = (await office.get(f"/v1/dossiers/{dossier['code']}/transfers")).json()
        assert (transfer["late"], transfer["stage"]) == (told, "awaited")
        assert transfer["forward_by"] == "2026-03-02T17:00:00+07:00"


async def test_a_transfer_to_nobody_or_to_itself_is_refused(office: Office) -> None:
    dossier = await office.file(procedure=FREE)

    assert _refusal(await _send(office, dossier, COMMUNE)) == (422, "transfer_to_itself")
    assert _refusal(await _send(office, dossier, "H20.40")) == (422, "agency_not_in_force")


async def test_a_post_office_accepts_for_the_agency_it_acts_for_and_no_longer(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    postman = await start_office(bearer=token("counter", agencies=[POST_OFFICE]))
    filed = {"agency": POST_OFFICE, "channel": "post_office"}
    acted = await postman.file(**filed, competent_agency=COMMUNE)
    other = await postman.file(**filed, competent_agency=OTHER_COMMUNE)
    postman.clock("2026-03-11 08:00")
    late = await postman.file(**filed, competent_agency=COMMUNE)

    accepted = await postman.do(acted, "acceptance")

    assert (accepted["receiving_agency"], accepted["competent_agency"]) == (POST_OFFICE, COMMUNE)
    assert accepted["code"].startswith(f"{POST_OFFICE}-")
    for dossier in (other, late):
        assert _refusal(await postman.ask(dossier, "acceptance")) == (409, "post_office_not_acting")


async def test_who_helped_finds_the_dossier_too(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    helped = await office.file(agency=OTHER_COMMUNE, support_agency=COMMUNE)
    await office.file(agency=OTHER_COMMUNE)
    helper = await start_office(bearer=token("counter", agencies=[COMMUNE]))

    for query in ({}, {"agency": COMMUNE}, {"status": 1}, {"identity_number": "087200001234"}):
        found = (await helper.find(**query)).json()["items"]
        assert [item["code"] for item in found] == [helped["code"]], query
    wide = await start_office(bearer=token("counter", agencies=["H20"]))
    every = (await wide.find()).json()["items"]
    assert len(every) == len({item["code"] for item in every}) == 2
