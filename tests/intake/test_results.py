from typing import Any

import asyncpg
import pytest

from tests.intake.conftest import Office
from tests.intake.factories import BIRTH_PAPER, SAME_DAY

STEP = {"name": "Thẩm định", "unit": "Tư pháp", "officer": "an", "next_unit": "Lãnh đạo"}
APPROVED = {"outcome": "approved"}


async def test_a_same_day_result_needs_no_slip_and_no_steps(office: Office) -> None:
    dossier = await office.file(procedure=SAME_DAY)
    await office.do(dossier, "acceptance", {"no_slip": True})

    resolved = await office.do(dossier, "resolution", APPROVED)
    returned = await office.do(dossier, "return", {"identity_shown": True})

    assert (resolved["status"]["code"], returned["status"]["code"]) == (9, 10)
    assert returned["no_slip"] is True
    assert [fact["type"] for fact in await office.told(dossier)] == [
        "dossier.filed.v1",
        "dossier.accepted.v1",
        "dossier.resolved.v1",
        "dossier.returned.v1",
    ]


async def test_each_step_tells_who_holds_the_dossier_now(office: Office) -> None:
    dossier = await office.accepted()

    first = await office.do(dossier, "steps", STEP)
    second = await office.do(dossier, "steps", STEP | {"unit": "Lãnh đạo", "next_unit": "Văn thư"})

    assert (first["status"]["code"], first["holding_unit"]) == (4, "Lãnh đạo")
    assert (second["status"]["code"], second["holding_unit"]) == (4, "Văn thư")
    assert [fact["data"]["step"] for fact in (await office.told(dossier))[2:]] == [1, 2]


async def test_a_refusal_after_examination_is_a_result_with_a_ground(office: Office) -> None:
    dossier = await office.accepted()
    without = await office.ask(dossier, "resolution", {"outcome": "refused"})

    refused = await office.do(
        dossier, "resolution", {"outcome": "refused", "ground": "Không đủ điều kiện."}
    )

    assert (without.status_code, without.json()["code"]) == (422, "ground_needed")
    assert (refused["status"]["code"], refused["outcome"]) == (9, "refused")


async def test_a_wrong_result_is_recalled_until_it_is_handed_over(office: Office) -> None:
    dossier = await office.accepted()
    await office.do(dossier, "resolution", APPROVED)

    recalled = await office.do(dossier, "recall", {"ground": "Sai tên."})
    await office.do(dossier, "resolution", APPROVED)
    await office.do(dossier, "return")
    late = await office.ask(dossier, "recall", {"ground": "Sai tên."})

    assert (recalled["status"]["code"], recalled["resolved_at"]) == (4, None)
    assert (recalled["outcome"], recalled["ended_at"]) == (None, None)
    assert recalled["due_at"] == "2026-03-16T08:00:00+07:00"
    assert late.status_code == 409


async def test_somebody_else_collects_only_with_a_power_of_attorney(office: Office) -> None:
    dossier = await office.accepted()
    await office.do(dossier, "resolution", APPROVED)
    proxy: dict[str, Any] = {
        "recipient": {"name": "Lê Văn Thay", "identity_number": "087200009999"}
    }

    without = await office.ask(dossier, "return", proxy)
    returned = await office.do(
        dossier, "return", proxy | {"proxy_paper": "UQ-01", "way_of_return": "post"}
    )

    assert (without.status_code, without.json()["code"]) == (422, "proxy_paper_needed")
    assert returned["returned_at"] is not None
    assert (await office.told(dossier))[-1]["data"]["way_of_return"] == "post"
    (row,) = await office.rows("select proxy_paper, recipient from handover")
    assert row["proxy_paper"] is None
    assert b"UQ-01" not in row["recipient"]
    assert "Lê Văn Thay".encode() not in row["recipient"]


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_withdrawal_ends_the_dossier_and_its_wait(office: Office, accepted: bool) -> None:
    dossier = await (office.accepted() if accepted else office.file())
    asked = {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu."}]}
    await office.do(dossier, "supplement-requests", asked)

    withdrawn = await office.do(dossier, "withdrawal", {"ground": "Không còn nhu cầu."})

    assert (withdrawn["status"]["code"], withdrawn["waiting"]) == (7, None)
    assert withdrawn["ended_at"] is not None
    assert (await office.told(dossier))[-1]["data"]["after_acceptance"] is accepted


async def test_every_fact_of_a_life_is_numbered_without_a_gap_and_logged(office: Office) -> None:
    dossier = await office.accepted()
    await office.do(dossier, "steps", STEP)
    await office.do(
        dossier,
        "supplement-requests",
        {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu."}]},
    )
    await office.do(dossier, "supplements")
    await office.do(dossier, "payment-demand", {"amount": 10, "reason": "Phí"})
    await office.do(dossier, "payments", {"amount": 10, "means": "online"})
    await office.do(dossier, "stop", {"ground": "Chờ.", "ended": False})
    await office.do(dossier, "resumption")
    await office.do(dossier, "resolution", APPROVED)
    await office.do(dossier, "recall", {"ground": "Sai."})
    await office.do(dossier, "resolution", APPROVED)
    last = await office.do(dossier, "return")

    facts = await office.told(dossier)
    log = (await office.get(f"/v1/dossiers/{dossier['code']}/history")).json()["items"]

    assert [fact["sequence"] for fact in facts] == list(range(1, 14))
    assert [line["number"] for line in log] == list(range(1, 14))
    assert last["sequence"] == 13
    assert {fact["agency"] for fact in facts} == {dossier["competent_agency"]}
    assert [line["action"] for line in log][:3] == ["file", "accept", "complete_step"]
    assert log[0]["before"] is None
    assert [line["after"]["code"] for line in log] == [1, 2, 4, 5, 4, 6, 4, 8, 4, 9, 4, 9, 10]
    assert {line["actor"] for line in log} == {"can-bo-thu"}


async def test_the_log_can_be_neither_changed_nor_shortened(office: Office) -> None:
    await office.accepted()

    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await office.rows("update transition set actor = 'nobody'")
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await office.rows("delete from transition")


async def test_what_the_status_forbids_is_refused_with_what_it_allows(office: Office) -> None:
    dossier = await office.file()

    answer = await office.ask(dossier, "resolution", APPROVED)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "illegal_action")
    assert problem["dossier_status"] == {"code": 1, "name": "Mới đăng ký"}
    assert problem["allowed_actions"][0] == {"action": "accept", "label": "Tiếp nhận"}
    assert len(await office.told(dossier)) == 1
