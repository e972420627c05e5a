import itertools
from typing import Any
from uuid import UUID

import pytest

from services.intake.copies import Process
from services.intake.processing.choice import Circumstances, choose
from shared.events import AgencyLevel, Method, ProcessPublished, ProcessRetired, StepRole
from tests.intake.conftest import Office, Officers
from tests.intake.factories import BIRTH_PAPER, COMMUNE, OTHER_COMMUNE
from tests.intake.following import (
    APPRAISE,
    DECIDE,
    PROCESS,
    PUBLISHED_AT,
    RECEIVE,
    RETURN,
    a_process,
    a_step,
    told_as,
)

FREE = {"name": "Thẩm định", "unit": "Phòng Kinh tế", "officer": "lan"}


async def refused(office: Office, dossier: Any, action: str, body: Any, status: int) -> str:
    answer = await office.ask(dossier, action, body)
    assert answer.status_code == status, answer.text
    code: str = answer.json()["code"]
    return code


async def open_steps(office: Office, dossier: dict[str, Any]) -> list[dict[str, Any]]:
    shown = (await office.get(f"/v1/dossiers/{dossier['code']}/steps")).json()
    found: list[dict[str, Any]] = shown["open"]
    return found


async def at_the_leader(officers: Officers) -> tuple[dict[str, Any], Office, Office, Office]:
    """A dossier that follows the process and lies with the leader."""
    counter = await officers("counter", "cuc")
    specialist = await officers("specialist", "lan")
    leader = await officers("leader", "minh")
    dossier = await counter.accepted()
    await counter.do(dossier, "steps", {"next_officer": "lan"})
    await specialist.do(dossier, "confirmation")
    await specialist.do(dossier, "steps")
    await leader.do(dossier, "claim")
    return dossier, counter, specialist, leader


async def test_a_dossier_goes_through_its_process_step_by_step(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    dossier, counter, _, leader = await at_the_leader(officers)

    assert await refused(leader, dossier, "resolution", {"outcome": "approved"}, 409) == (
        "steps_open"
    )
    await leader.do(dossier, "steps")
    await leader.do(dossier, "resolution", {"outcome": "approved"})
    returned = await counter.do(dossier, "return")

    assert returned["status"]["code"] == 10
    shown = (await counter.get(f"/v1/dossiers/{dossier['code']}/steps")).json()
    assert [(row["step"], row["officer"]) for row in shown["done"]] == [
        ("b1", "cuc"),
        ("b2", "lan"),
        ("b3", "minh"),
        ("b4", "cuc"),
    ]
    assert (shown["process"], shown["open"]) == ("QT-01", [])
    facts = await officers.office.told(dossier)
    assert [fact["sequence"] for fact in facts] == list(range(1, len(facts) + 1))
    assert facts[1]["data"]["process"] == PROCESS
    done = [fact["data"] for fact in facts if fact["type"] == "dossier.step_completed.v1"]
    assert done[1]["limit"] == {"value": "8", "unit": "hour"}
    assert {"given_at", "confirmed_at", "due_at", "completed_at"} <= set(done[1])


async def test_until_it_is_confirmed_a_hand_over_lies_with_the_giver(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    specialist = await officers("specialist", "lan")
    dossier = await counter.accepted()
    assert dossier["holding_officer"] == "cuc"

    given = await counter.do(dossier, "steps", {"next_officer": "lan"})
    assert (given["holding_unit"], given["holding_officer"]) == (
        "Cán bộ tiếp nhận và trả kết quả",
        "cuc",
    )
    assert await refused(specialist, dossier, "steps", {}, 409) == "handover_unconfirmed"

    received = await specialist.do(dossier, "confirmation")
    assert (received["holding_unit"], received["holding_officer"]) == ("Phòng Tư pháp", "lan")
    assert await refused(specialist, dossier, "confirmation", {}, 409) == "already_confirmed"
    [_, _, _, _, _, confirmed] = await officers.office.told(dossier)
    assert confirmed["type"] == "dossier.handover_confirmed.v1"
    assert (confirmed["data"]["from_officer"], confirmed["data"]["officer"]) == ("cuc", "lan")


async def test_the_acceptance_opens_the_first_step_with_its_planned_end(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")

    dossier = await counter.accepted()

    [held] = await open_steps(counter, dossier)
    assert (held["step"], held["officer"], held["due_at"]) == (
        "b1",
        "cuc",
        "2026-03-02T14:00:00+07:00",
    )
    fact = (await officers.office.told(dossier))[-1]
    assert fact["type"] == "dossier.step_assigned.v1"
    assert fact["data"]["limit"] == {"value": "4", "unit": "hour"}


@pytest.mark.parametrize("step", ["b3", "b4", "b9"])
async def test_no_step_is_skipped(officers: Officers, step: str) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()

    assert await refused(counter, dossier, "steps", {"step": step}, 409) == "step_not_open"


async def test_only_the_role_the_agency_and_the_holder_of_a_step_finish_it(
    officers: Officers,
) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()
    elsewhere = await officers("counter", "hai", [COMMUNE + ".01"])
    specialist = await officers("specialist", "lan")
    colleague = await officers("counter", "kim")

    assert (await elsewhere.ask(dossier, "steps", {})).status_code == 404
    assert await refused(specialist, dossier, "steps", {}, 403) == "step_role"
    assert await refused(colleague, dossier, "steps", {}, 409) == "held_by_another"
    assert await refused(colleague, dossier, "claim", {}, 409) == "held_by_another"


async def test_the_words_of_a_step_are_the_process_s_own(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()

    assert await refused(counter, dossier, "steps", FREE, 422) == "step_is_prescribed"
    await counter.do(dossier, "steps", {"name": "Bước b1"})


async def test_the_head_of_the_unit_gives_a_step_to_another(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    leader = await officers("leader", "minh")
    dossier = await counter.accepted()
    await counter.do(dossier, "steps", {"next_officer": "lan"})
    before = (await open_steps(counter, dossier))[0]["due_at"]

    await leader.do(dossier, "assignment", {"officer": "hoa", "ground": "Lan nghỉ phép."})

    [held] = await open_steps(counter, dossier)
    assert (held["officer"], held["from_officer"], held["due_at"]) == ("hoa", "cuc", before)
    lan, hoa = await officers("specialist", "lan"), await officers("specialist", "hoa")
    assert await refused(lan, dossier, "confirmation", {}, 409) == "held_by_another"
    await hoa.do(dossier, "confirmation")
    history = (await counter.get(f"/v1/dossiers/{dossier['code']}/history")).json()["items"]
    assert [line["label"] for line in history][-2:] == [
        "Phân công, bàn giao",
        "Xác nhận nhận bàn giao",
    ]


async def test_going_back_resets_nothing(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    dossier, counter, specialist, leader = await at_the_leader(officers)
    due_at = (await counter.get(f"/v1/dossiers/{dossier['code']}")).json()["due_at"]
    planned = (await counter.get(f"/v1/dossiers/{dossier['code']}/steps")).json()["done"][1]
    officers.office.clock("2026-03-05 09:00")
    leader.clock("2026-03-05 09:00")

    back = await leader.do(dossier, "steps", {"back_to": "b2", "ground": "Thiếu căn cứ."})

    [held] = await open_steps(counter, dossier)
    assert (held["step"], held["due_at"]) == ("b2", planned["due_at"])
    assert back["due_at"] == due_at
    await specialist.do(dossier, "claim")
    await specialist.do(dossier, "steps")
    assert [one["step"] for one in await open_steps(counter, dossier)] == ["b3"]


@pytest.mark.parametrize(
    "body",
    [{"back_to": "b2"}, {"back_to": "b1", "ground": "x"}, {"back_to": "b4", "ground": "x"}],
)
async def test_only_a_loop_of_the_process_leads_back_and_needs_a_ground(
    officers: Officers, body: dict[str, str]
) -> None:
    await told_as(officers.office, PROCESS, a_process())
    dossier, _, _, leader = await at_the_leader(officers)

    assert await refused(leader, dossier, "steps", body, 422) == "loop_not_allowed"


async def test_steps_of_a_group_run_at_the_same_time_and_are_all_awaited(
    officers: Officers,
) -> None:
    left = a_step("b2", StepRole.SPECIALIST, "specialist", group="g")
    right = a_step("b2x", StepRole.SPECIALIST, "specialist", group="g")
    await told_as(officers.office, PROCESS, a_process(RECEIVE, left, right, DECIDE, RETURN))
    counter = await officers("counter", "cuc")
    lan, hoa = await officers("specialist", "lan"), await officers("specialist", "hoa")
    dossier = await counter.accepted()

    answer = await counter.ask(dossier, "steps", {"next_officer": "lan"})
    assert (answer.status_code, answer.json()["code"]) == (422, "several_next_steps")
    await counter.do(dossier, "steps")
    assert await refused(lan, dossier, "claim", {}, 422) == "step_needed"
    await lan.do(dossier, "claim", {"step": "b2"})
    await hoa.do(dossier, "claim", {"step": "b2x"})
    await lan.do(dossier, "steps")
    assert [one["step"] for one in await open_steps(counter, dossier)] == ["b2x"]
    await hoa.do(dossier, "steps")

    assert [one["step"] for one in await open_steps(counter, dossier)] == ["b3"]


async def test_another_agency_does_its_own_step_and_nothing_else(officers: Officers) -> None:
    there = APPRAISE.model_copy(update={"agency": OTHER_COMMUNE})
    await told_as(officers.office, PROCESS, a_process(RECEIVE, there, DECIDE, RETURN))
    counter = await officers("counter", "cuc")
    guest = await officers("specialist", "lan", [OTHER_COMMUNE])
    dossier = await counter.accepted()
    path = f"/v1/dossiers/{dossier['code']}"
    assert (await guest.get(path)).status_code == 404
    await counter.do(dossier, "steps")

    assert (await guest.get(path)).status_code == 200
    decided = await guest.ask(dossier, "resolution", {"outcome": "refused", "ground": "x"})
    assert decided.status_code == 404
    await guest.do(dossier, "claim")
    await guest.do(dossier, "steps")
    assert await refused(guest, dossier, "claim", {}, 403) == "step_role"


async def test_a_refusal_may_be_reached_at_any_step(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()
    await counter.do(dossier, "steps")

    done = await counter.do(dossier, "resolution", {"outcome": "refused", "ground": "Sai mẫu."})

    assert done["outcome"] == "refused"


async def test_a_recalled_result_goes_back_to_the_step_that_led_to_it(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    dossier, counter, _, leader = await at_the_leader(officers)
    await leader.do(dossier, "steps")
    await leader.do(dossier, "resolution", {"outcome": "approved"})

    await leader.do(dossier, "recall", {"ground": "Sai họ tên."})

    assert [one["step"] for one in await open_steps(counter, dossier)] == ["b3"]


async def test_a_pause_puts_the_planned_end_off_by_what_was_waited(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()
    missing = {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu."}]}
    counter.clock("2026-03-02 09:00")
    await counter.do(dossier, "supplement-requests", missing)
    counter.clock("2026-03-03 09:00")
    await counter.do(dossier, "supplements")

    [held] = await open_steps(counter, dossier)

    # Eight working hours later: a whole day of two shifts.
    assert held["due_at"] == "2026-03-03T14:00:00+07:00"


async def test_a_retired_process_is_only_finished_by(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()
    retired = ProcessRetired(
        number="QT-01", procedure=dossier["procedure"], version=1, retired_at=PUBLISHED_AT
    )
    await told_as(officers.office, PROCESS, retired, 2)

    await counter.do(dossier, "steps")
    another = await counter.accepted()

    assert [one["step"] for one in await open_steps(counter, dossier)] == ["b2"]
    assert (await open_steps(counter, another))[0]["step"] == ""


async def test_a_result_given_at_once_follows_no_process(officers: Officers) -> None:
    await told_as(officers.office, PROCESS, a_process())
    dossier = await officers.office.file()
    await officers.office.do(dossier, "acceptance", {"no_slip": True})

    done = await officers.office.do(dossier, "resolution", {"outcome": "approved"})

    assert done["status"]["code"] == 9


async def test_free_steps_say_their_own_words_and_are_received_at_once(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()
    assert (await open_steps(counter, dossier))[0]["officer"] == "cuc"
    assert await refused(counter, dossier, "steps", {"name": "a"}, 422) == "step_words_needed"

    handed = FREE | {"next_unit": "Lãnh đạo", "next_officer": "minh"}
    given = await counter.do(dossier, "steps", handed)

    assert (given["holding_unit"], given["holding_officer"]) == ("Lãnh đạo", "minh")
    [held] = await open_steps(counter, dossier)
    assert (held["unit"], held["officer"], held["from_officer"]) == ("Lãnh đạo", "minh", "lan")
    assert held["confirmed_at"] == held["given_at"]


@pytest.mark.parametrize(
    ("action", "body", "roles"),
    [
        ("withdrawal", {}, "counter"),
        ("stop", {"ground": "x"}, "leader"),
    ],
)
async def test_what_is_over_lies_with_nobody(
    officers: Officers, action: str, body: dict[str, str], roles: str
) -> None:
    officer = await officers(roles, "minh")
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()
    await counter.do(dossier, "steps", FREE)

    await officer.do(dossier, action, body)

    assert await open_steps(counter, dossier) == []
    assert await refused(counter, dossier, "claim", {}, 409) == "nothing_open"


def a_known(number: int, **bound: Any) -> Process:
    return Process(UUID(int=number), False, a_process(**bound))


def test_the_nearest_process_is_followed() -> None:
    near = Circumstances("c01", Method.DIRECT, "H20.100.01", AgencyLevel.COMMUNE)
    ranked: list[dict[str, Any]] = [
        {"agency": "H20.100.01", "case": "c01", "method": Method.DIRECT},
        {"agency": "H20.100.01", "case": "c01"},
        {"agency": "H20.100.01", "method": Method.DIRECT},
        {"agency": "H20.100.01"},
        {"agency": "H20.100"},
        {"agency": "H20", "case": "c01"},
        {"level": AgencyLevel.COMMUNE, "case": "c01"},
        {"level": AgencyLevel.COMMUNE},
        {"case": "c01"},
        {},
    ]
    known = [a_known(number, **bound) for number, bound in enumerate(ranked)]

    for first in range(len(known)):
        for later in itertools.islice(itertools.permutations(known[first:]), 50):
            chosen = choose(later, near)
            assert chosen is not None
            assert chosen.id.int == first


@pytest.mark.parametrize(
    "bound",
    [
        {"agency": "H20.10"},
        {"agency": "H20.100.01.01"},
        {"level": AgencyLevel.PROVINCE},
        {"case": "c02"},
        {"method": Method.ONLINE},
    ],
)
def test_a_process_for_others_is_not_followed(bound: dict[str, Any]) -> None:
    near = Circumstances("c01", Method.DIRECT, "H20.100.01", AgencyLevel.COMMUNE)

    assert choose([a_known(1, **bound)], near) is None


def test_a_retired_process_is_not_begun() -> None:
    near = Circumstances("c01", Method.DIRECT, COMMUNE, AgencyLevel.COMMUNE)
    told: ProcessPublished = a_process()

    assert choose([Process(UUID(int=1), True, told)], near) is None
