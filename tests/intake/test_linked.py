from typing import Any

import pytest

from shared.events import LinkMode
from tests.intake.conftest import Office, Officers
from tests.intake.factories import (
    COMMUNE,
    DEPARTMENT,
    OTHER_COMMUNE,
    PLAIN,
    SEVERAL_LIMITS,
    a_procedure,
    tell,
)
from tests.intake.following import GROUP, a_group, a_member, told_as

PART = "1.000011"
OTHER_PART = "1.000012"


async def parts_published(officers: Officers, *, mode: LinkMode = LinkMode.IN_ORDER) -> None:
    await tell(officers.office.database_url, [a_procedure(PART), a_procedure(OTHER_PART)])
    members = (
        a_member("khai-sinh", 1, procedure=PART),
        a_member("thuong-tru", 2, procedure=OTHER_PART, agency=DEPARTMENT),
        a_member("the", 3, procedure=None, required=False),
    )
    await told_as(officers.office, GROUP, a_group(*members, mode=mode))


async def linked(counter: Office, body: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    parent = await counter.accepted()
    answer = await counter.ask(parent, "children", body)
    assert answer.status_code == 201, answer.text
    return parent, answer.json()


async def life(office: Office, parent: dict[str, Any]) -> list[dict[str, Any]]:
    shown = (await office.get(f"/v1/dossiers/{parent['code']}/children")).json()
    parts: list[dict[str, Any]] = shown["parts"]
    return parts


async def resolved(office: Office, part: dict[str, Any], **said: Any) -> dict[str, Any]:
    return await office.do(part["dossier"], "resolution", {"outcome": "approved"} | said)


async def test_in_order_each_part_begins_when_its_former_has_its_result(
    officers: Officers,
) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    parent, begun = await linked(counter)
    first, second = begun["parts"]
    assert (begun["group"], begun["mode"]) == ("LT-01", "in_order")
    assert (first["agency"], second["agency"], second["dossier"]) == (COMMUNE, DEPARTMENT, None)
    assert first["dossier"]["code"] != parent["code"]
    assert first["dossier"]["status"]["code"] == 2
    assert first["dossier"]["due_at"] == "2026-03-16T08:00:00+07:00"

    counter.clock("2026-03-03 08:00")
    await resolved(counter, first)

    second = (await life(counter, parent))[1]
    assert second["dossier"]["due_at"] == "2026-03-17T08:00:00+07:00"
    shown = (await counter.get(f"/v1/dossiers/{second['dossier']['code']}")).json()
    assert (shown["receiving_agency"], shown["competent_agency"]) == (COMMUNE, DEPARTMENT)
    assert shown["procedure"] == OTHER_PART


async def test_at_once_every_part_begins_together(officers: Officers) -> None:
    await parts_published(officers, mode=LinkMode.AT_ONCE)
    counter = await officers("counter", "cuc")

    _, begun = await linked(counter)

    codes = [part["dossier"]["code"] for part in begun["parts"]]
    assert len(set(codes)) == 2


async def test_a_child_names_its_parent_and_holds_the_same_people(officers: Officers) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    parent, begun = await linked(counter)
    code = begun["parts"][0]["dossier"]["code"]

    shown = (await counter.get(f"/v1/dossiers/{code}", unmask=True)).json()

    assert shown["applicant"]["name"] == "Nguyễn Văn Thử"
    assert shown["applicant"]["identity_number"] == "087200001234"
    facts = await officers.office.told(shown)
    assert [fact["type"] for fact in facts] == ["dossier.filed.v1", "dossier.accepted.v1"]
    assert [fact["sequence"] for fact in facts] == [1, 2]
    assert facts[1]["data"]["parent"] == parent["id"]
    own = await officers.office.told(parent)
    assert own[-1]["type"] == "dossier.linked.v1"
    assert "parent" not in own[1]["data"]
    receipts = await officers.office.rows("select dossier_id from printed_form")
    assert [str(row["dossier_id"]) for row in receipts] == [parent["id"]]


async def test_the_parent_has_its_result_only_after_its_required_parts(
    officers: Officers,
) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    parent, begun = await linked(counter)
    first = begun["parts"][0]

    early = await counter.ask(parent, "resolution", {"outcome": "approved"})
    assert (early.status_code, early.json()["code"]) == (409, "children_open")
    assert early.json()["open"] == [
        {"member": "khai-sinh", "code": first["dossier"]["code"]},
        {"member": "thuong-tru", "code": None},
    ]
    await resolved(counter, first)
    await resolved(counter, (await life(counter, parent))[1])

    done = await counter.do(parent, "resolution", {"outcome": "approved"})
    assert done["status"]["code"] == 9


async def test_returning_the_parent_returns_what_its_parts_came_to(officers: Officers) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    parent, begun = await linked(counter)
    await resolved(counter, begun["parts"][0])
    await resolved(counter, (await life(counter, parent))[1])
    await counter.do(parent, "resolution", {"outcome": "approved"})

    await counter.do(parent, "return")

    assert [p["dossier"]["status"]["code"] for p in await life(counter, parent)] == [10, 10]


async def test_a_refused_part_ends_the_order_and_the_parent_can_be_refused(
    officers: Officers,
) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    parent, begun = await linked(counter)
    await resolved(counter, begun["parts"][0], outcome="refused", ground="Không đủ căn cứ.")

    assert (await life(counter, parent))[1]["dossier"] is None
    approved = await counter.ask(parent, "resolution", {"outcome": "approved"})
    assert approved.status_code == 409
    turn = await counter.ask(parent, "children/thuong-tru/start")
    assert (turn.status_code, turn.json()["code"]) == (409, "former_open")
    refusal = {"outcome": "refused", "ground": "Khai sinh không đủ căn cứ."}
    assert (await counter.do(parent, "resolution", refusal))["outcome"] == "refused"


async def test_withdrawing_the_parent_withdraws_its_parts(officers: Officers) -> None:
    await parts_published(officers, mode=LinkMode.AT_ONCE)
    counter = await officers("counter", "cuc")
    parent, _ = await linked(counter)

    await counter.do(parent, "withdrawal", {"ground": "Đổi ý."})

    assert [p["dossier"]["status"]["code"] for p in await life(counter, parent)] == [7, 7]


async def test_a_parent_is_not_stopped_while_its_parts_are_under_way(officers: Officers) -> None:
    await parts_published(officers)
    counter, leader = await officers("counter", "cuc"), await officers("leader", "minh")
    parent, _ = await linked(counter)
    await counter.do(parent, "steps", {"name": "a", "unit": "b", "officer": "c"})

    answer = await leader.ask(parent, "stop", {"ground": "x"})

    assert (answer.status_code, answer.json()["code"]) == (409, "children_open")


async def test_a_part_keeps_its_result_once_the_parent_has_its_own(officers: Officers) -> None:
    await parts_published(officers)
    counter, leader = await officers("counter", "cuc"), await officers("leader", "minh")
    parent, begun = await linked(counter)
    first = begun["parts"][0]
    await resolved(counter, first)
    await resolved(counter, (await life(counter, parent))[1])
    await counter.do(parent, "resolution", {"outcome": "approved"})

    answer = await leader.ask(first["dossier"], "recall", {"ground": "Sai."})

    assert (answer.status_code, answer.json()["code"]) == (409, "parent_resolved")


async def test_a_part_that_cannot_begin_holds_no_result_up_and_is_begun_by_hand(
    officers: Officers,
) -> None:
    await tell(officers.office.database_url, [a_procedure(PART)])
    members = (
        a_member("khai-sinh", 1, procedure=PART),
        a_member("hai-thoi-han", 2, procedure=SEVERAL_LIMITS),
    )
    await told_as(officers.office, GROUP, a_group(*members))
    counter = await officers("counter", "cuc")
    parent, begun = await linked(counter)

    done = await resolved(counter, begun["parts"][0])

    assert done["status"]["code"] == 9
    part = (await life(counter, parent))[1]
    assert (part["held_up"], part["dossier"]) == ("limit_row_needed", None)
    await counter.do(parent, "children/hai-thoi-han/start", {"limit_row": "short"})
    part = (await life(counter, parent))[1]
    assert (part["held_up"], part["dossier"]["status"]["code"]) == (None, 2)


async def test_another_agency_s_result_begins_the_next_part_at_the_one_stop(
    officers: Officers,
) -> None:
    await tell(officers.office.database_url, [a_procedure(PART), a_procedure(OTHER_PART)])
    members = (
        a_member("truoc", 1, procedure=PART, agency=DEPARTMENT),
        a_member("sau", 2, procedure=OTHER_PART),
    )
    await told_as(officers.office, GROUP, a_group(*members))
    counter = await officers("counter", "cuc")
    elsewhere = await officers("specialist", "lan", [DEPARTMENT])
    parent, begun = await linked(counter)

    await resolved(elsewhere, begun["parts"][0])

    part = (await life(counter, parent))[1]
    mine = (await counter.get("/v1/inbox")).json()["items"]
    assert part["dossier"]["code"] in [item["dossier"]["code"] for item in mine]
    assert (await elsewhere.get(f"/v1/dossiers/{part['dossier']['code']}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"group": "LT-99"}, "group_unknown"),
        ({"parts": [{"member": "la"}]}, "member_unknown"),
        ({"parts": [{"member": "the"}]}, "member_procedure_needed"),
        ({"parts": [{"member": "khai-sinh", "procedure": PLAIN}]}, "member_procedure_fixed"),
        ({"parts": [{"member": "khai-sinh", "agency": "H20.999"}]}, "agency_unknown"),
        ({"parts": [{"member": "khai-sinh", "case": "c99"}]}, "case_unknown"),
        ({"parts": [{"member": "the", "procedure": "9.999999"}]}, "procedure_unknown"),
    ],
)
async def test_a_plan_that_cannot_be_followed_is_refused(
    officers: Officers, body: dict[str, Any], code: str
) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    parent = await counter.accepted()

    answer = await counter.ask(parent, "children", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await counter.get(f"/v1/dossiers/{parent['code']}/children")).status_code == 404


async def test_a_dossier_is_linked_once_and_no_child_links_on(officers: Officers) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    parent, begun = await linked(counter)

    again = await counter.ask(parent, "children")
    assert (again.status_code, again.json()["code"]) == (409, "already_linked")
    deeper = await counter.ask(begun["parts"][0]["dossier"], "children", {"group": "LT-01"})
    assert (deeper.status_code, deeper.json()["code"]) == (409, "child_of_another")
    waiting = await counter.ask(await counter.file(), "children")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "not_under_way")


async def test_a_foreign_officer_neither_links_nor_sees_it(officers: Officers) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    foreign = await officers("counter", "la", [OTHER_COMMUNE])
    parent = await counter.accepted()

    assert (await foreign.ask(parent, "children")).status_code == 404
    await counter.ask(parent, "children")
    path = f"/v1/dossiers/{parent['code']}/children"
    assert (await foreign.get(path)).status_code == 404


async def test_a_key_links_once(officers: Officers) -> None:
    await parts_published(officers)
    counter = await officers("counter", "cuc")
    parent = await counter.accepted()

    for _ in range(2):
        answer = await counter.ask(parent, "children", Idempotency_Key="k1")
        assert answer.status_code == 201

    rows = await officers.office.rows(
        "select count(*) as count from dossier where parent is not null"
    )
    assert rows[0]["count"] == 1
