"""Supplements, payments and suspensions: when the clock waits, and what the date is afterwards."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.intake.desk import Resources
from shared.events import PauseEnd
from tests.intake.conftest import Office
from tests.intake.factories import (
    BIRTH_PAPER,
    MARRIAGE_PAPER,
    NOTE,
    SAME_DAY,
    a_calendar,
    tell,
)


def asking_for(*components: str, **more: Any) -> dict[str, Any]:
    return {"components": [{"id": name, "reason": "Thiếu."} for name in components], **more}


async def _example_of_the_law(office: Office) -> dict[str, Any]:
    """Received 02/03 08:00 with 10 working days; asked on 05/03, completed on 09/03 14:00."""
    dossier = await office.accepted()
    office.clock("2026-03-05 10:00")
    waiting = await office.do(dossier, "supplement-requests", asking_for(BIRTH_PAPER))
    assert waiting["status"]["code"] == 5
    assert waiting["due_at"] is None
    assert waiting["waiting"] == {"reason": "supplement", "since": "2026-03-05T10:00:00+07:00"}
    office.clock("2026-03-09 14:00")
    return await office.do(dossier, "supplements")


async def test_papers_completed_in_examination_restart_the_limit(office: Office) -> None:
    completed = await _example_of_the_law(office)

    assert completed["status"]["code"] == 4
    assert completed["due_at"] == "2026-03-23T14:00:00+07:00"
    fact = (await office.told(completed))[-1]["data"]
    assert fact["pause_end"] == "restart"
    assert fact["due_before"] == "2026-03-16T01:00:00Z"
    assert fact["due_at"] == "2026-03-23T07:00:00Z"


async def test_where_the_setting_says_so_they_extend_it(office: Office) -> None:
    resources: Resources = office.app.state.intake
    resources.settings.supplement_pause_end = PauseEnd.EXTEND

    completed = await _example_of_the_law(office)

    assert completed["due_at"] == "2026-03-18T10:00:00+07:00"


def test_the_day_of_filing_chooses_what_completed_papers_do(office: Office) -> None:
    settings = office.app.state.intake.settings
    first = date(2026, 3, 1)
    settings.supplement_pause_end = {first: PauseEnd.EXTEND}

    days = [first - timedelta(days=1), first, first + timedelta(days=1)]

    assert [settings.pause_end_on(day) for day in days] == [
        PauseEnd.RESTART,
        PauseEnd.EXTEND,
        PauseEnd.EXTEND,
    ]


async def test_the_date_after_a_wait_is_by_the_newest_calendar(office: Office) -> None:
    dossier = await office.accepted()
    await office.do(dossier, "supplement-requests", asking_for(BIRTH_PAPER))
    holiday = {"2026-03-10": {"name": "Nghỉ", "shifts": []}}
    await tell(office.database_url, [a_calendar(2, exceptions=holiday)])

    completed = await office.do(dossier, "supplements")

    assert completed["due_at"] == "2026-03-17T08:00:00+07:00"
    fact = (await office.told(dossier))[-1]["data"]
    assert fact["calendar_version"] == 2


async def test_papers_asked_before_acceptance_start_no_clock(office: Office) -> None:
    dossier = await office.file()
    await office.do(dossier, "supplement-requests", asking_for(BIRTH_PAPER))

    completed = await office.do(dossier, "supplements")

    assert completed["status"]["code"] == 1
    assert completed["due_at"] is None
    asked, done = (await office.told(dossier))[1:]
    assert asked["data"]["before_acceptance"] is True
    assert done["data"]["before_acceptance"] is True
    assert "due_at" not in done["data"]


@pytest.mark.parametrize("component", [NOTE, "c02-01", "giấy khác"])
async def test_only_published_papers_of_the_case_may_be_asked_for(
    office: Office, component: str
) -> None:
    dossier = await office.accepted()

    answer = await office.ask(dossier, "supplement-requests", asking_for(BIRTH_PAPER, component))

    assert (answer.status_code, answer.json()["code"]) == (422, "component_unknown")
    assert answer.json()["components"] == [component]
    assert len(await office.told(dossier)) == 2


async def test_a_paper_is_named_once_in_a_request(office: Office) -> None:
    dossier = await office.accepted()

    answer = await office.ask(dossier, "supplement-requests", asking_for(BIRTH_PAPER, BIRTH_PAPER))

    assert (answer.status_code, answer.json()["code"]) == (422, "component_repeated")


async def test_while_a_request_is_open_no_other_can_be_made(office: Office) -> None:
    dossier = await office.accepted()
    await office.do(dossier, "supplement-requests", asking_for(BIRTH_PAPER))

    answer = await office.ask(dossier, "supplement-requests", asking_for(MARRIAGE_PAPER))

    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_action")
    allowed = [action["action"] for action in answer.json()["allowed_actions"]]
    assert allowed == ["provide_supplement", "withdraw", "stop"]


@pytest.mark.parametrize("accepted_first", [True, False])
async def test_a_second_request_needs_a_ground_and_is_flagged(
    office: Office, accepted_first: bool
) -> None:
    dossier = await (office.accepted() if accepted_first else office.file())
    await office.do(dossier, "supplement-requests", asking_for(BIRTH_PAPER))
    once = await office.do(dossier, "supplements")
    again = asking_for(MARRIAGE_PAPER)

    refused = await office.ask(dossier, "supplement-requests", again)
    flagged = await office.do(
        dossier, "supplement-requests", again | {"override_ground": "Luật mới."}
    )

    assert once["supplement_flagged"] is False
    assert (refused.status_code, refused.json()["code"]) == (409, "supplement_once")
    assert (flagged["supplement_flagged"], flagged["supplement_requests"]) == (True, 2)
    assert (await office.told(dossier))[-1]["data"]["override_ground"] == "Luật mới."


@pytest.mark.parametrize(
    ("papers", "code"),
    [
        ([BIRTH_PAPER], "supplement_incomplete"),
        ([BIRTH_PAPER, MARRIAGE_PAPER, "c02-01"], "component_not_asked"),
        ([BIRTH_PAPER, MARRIAGE_PAPER, BIRTH_PAPER], "component_repeated"),
    ],
)
async def test_a_supplement_is_complete_or_refused(
    office: Office, papers: list[str], code: str
) -> None:
    dossier = await office.accepted()
    asked = asking_for(BIRTH_PAPER, MARRIAGE_PAPER)
    await office.do(dossier, "supplement-requests", asked)

    given = {"papers": [{"component": name} for name in papers]}
    answer = await office.ask(dossier, "supplements", given)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_papers_of_a_supplement_stand_beside_the_first_ones(office: Office) -> None:
    first = {"component": BIRTH_PAPER, "originals": 0, "copies": 1}
    dossier = await office.accepted(papers=[first])
    await office.do(dossier, "supplement-requests", asking_for(BIRTH_PAPER))

    await office.do(dossier, "supplements", {"papers": [{"component": BIRTH_PAPER}]})

    shown = (await office.get(f"/v1/dossiers/{dossier['id']}")).json()
    assert [(paper["supplement"], paper["originals"]) for paper in shown["papers"]] == [
        (0, 0),
        (1, 1),
    ]
    (request,) = shown["supplements"]
    assert request["components"] == [{"id": BIRTH_PAPER, "reason": "Thiếu."}]
    assert request["due_before"] == "2026-03-16T08:00:00+07:00"


async def _in_processing(office: Office, **changed: Any) -> dict[str, Any]:
    dossier = await office.accepted(**changed)
    step = {"name": "Thẩm định", "unit": "Tư pháp", "officer": "an"}
    return await office.do(dossier, "steps", step)


async def test_the_date_moves_on_by_the_working_time_that_was_waited_for_money(
    office: Office,
) -> None:
    dossier = await _in_processing(office)
    office.clock("2026-03-05 10:00")
    demand = {"amount": 500_000, "reason": "Lệ phí trước bạ"}
    waiting = await office.do(dossier, "payment-demand", demand)
    office.clock("2026-03-06 09:00")
    partly = await office.do(dossier, "payments", {"amount": 200_000, "means": "cash"})
    office.clock("2026-03-09 14:00")
    settled = await office.do(dossier, "payments", {"amount": 300_000, "means": "transfer"})

    assert (waiting["status"]["code"], partly["status"]["code"]) == (6, 6)
    assert settled["status"]["code"] == 4
    assert settled["due_at"] == "2026-03-18T10:00:00+07:00"
    first, last = (fact["data"] for fact in (await office.told(dossier))[-2:])
    assert (first["settled"], last["settled"]) == (False, True)
    assert "due_at" not in first
    assert last["due_at"] == "2026-03-18T03:00:00Z"


async def test_more_than_is_owed_is_not_taken(office: Office) -> None:
    dossier = await _in_processing(office)
    await office.do(dossier, "payment-demand", {"amount": 1000, "reason": "Phí"})

    answer = await office.ask(dossier, "payments", {"amount": 1001, "means": "cash"})

    assert (answer.status_code, answer.json()["code"]) == (422, "overpaid")
    assert answer.json()["remaining"] == 1000


async def test_nobody_pays_what_was_not_demanded(office: Office) -> None:
    dossier = await _in_processing(office)

    answer = await office.ask(dossier, "payments", {"amount": 1, "means": "cash"})

    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_action")


async def test_a_suspended_dossier_goes_on_with_the_time_it_lay_still(office: Office) -> None:
    dossier = await _in_processing(office)
    office.clock("2026-03-05 10:00")
    stopped = await office.do(dossier, "stop", {"ground": "Chờ Tòa án.", "ended": False})
    office.clock("2026-03-09 14:00")
    resumed = await office.do(dossier, "resumption")

    assert stopped["status"]["code"] == 8
    assert stopped["ended_at"] is None
    assert [action["action"] for action in stopped["allowed_actions"]] == ["resume"]
    assert resumed["due_at"] == "2026-03-18T10:00:00+07:00"
    assert [fact["type"] for fact in (await office.told(dossier))[-2:]] == [
        "dossier.stopped.v1",
        "dossier.resumed.v1",
    ]


async def test_a_dossier_stopped_for_good_is_over(office: Office) -> None:
    dossier = await _in_processing(office)

    stopped = await office.do(dossier, "stop", {"ground": "Theo yêu cầu."})
    again = await office.ask(dossier, "resumption")

    assert stopped["ended_at"] is not None
    assert stopped["allowed_actions"] == []
    assert again.status_code == 409


async def test_a_waiting_dossier_can_be_ended_but_not_suspended(office: Office) -> None:
    dossier = await office.accepted()
    await office.do(dossier, "supplement-requests", asking_for(BIRTH_PAPER))

    suspended = await office.ask(dossier, "stop", {"ground": "Chờ.", "ended": False})
    ended = await office.do(dossier, "stop", {"ground": "Quá hạn bổ sung."})

    assert suspended.status_code == 409
    assert ended["waiting"] is None


async def test_a_same_day_dossier_that_waited_is_due_the_day_of_its_papers(office: Office) -> None:
    dossier = await office.accepted(procedure=SAME_DAY)
    await office.do(dossier, "supplement-requests", asking_for(BIRTH_PAPER))
    office.clock("2026-03-04 16:00")

    completed = await office.do(dossier, "supplements")

    assert completed["due_at"] == "2026-03-05T17:00:00+07:00"
