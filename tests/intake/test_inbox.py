from typing import Any

import pytest

from services.intake.schemas.processing import HeldStep
from tests.intake.conftest import Office, Officers
from tests.intake.factories import BIRTH_PAPER, COMMUNE, DEPARTMENT, OTHER_COMMUNE, SAME_DAY
from tests.intake.following import PROCESS, a_process, told_as

UNIT = "Phòng Tư pháp"


async def inbox(office: Office, **query: Any) -> list[str]:
    answer = await office.get("/v1/inbox", **query)
    assert answer.status_code == 200, answer.text
    return [item["dossier"]["code"] for item in answer.json()["items"]]


async def two_handed_over(officers: Officers) -> tuple[Office, list[str]]:
    """Two dossiers of a process: the first lies with Lan, the second only with her unit."""
    await told_as(officers.office, PROCESS, a_process())
    counter = await officers("counter", "cuc")
    first, second = await counter.accepted(), await counter.accepted()
    await counter.do(first, "steps", {"next_officer": "lan"})
    counter.clock("2026-03-02 08:05")
    await counter.do(second, "steps")
    return counter, [first["code"], second["code"]]


async def test_everybody_finds_what_lies_with_them(officers: Officers) -> None:
    counter, [first, second] = await two_handed_over(officers)
    lan, leader = await officers("specialist", "lan"), await officers("leader", "minh")

    assert await inbox(lan) == [first]
    assert await inbox(lan, only="to_confirm") == [first]
    assert await inbox(lan, whose="unit", unit=UNIT) == [first, second]
    assert await inbox(lan, whose="unit", unit=UNIT, only="unclaimed") == [second]
    assert await inbox(leader, whose="agency") == [first, second]
    assert await inbox(counter) == []
    assert await inbox(counter, whose="given") == [first, second]

    await lan.do({"code": second}, "claim")

    assert await inbox(lan) == [first, second]
    assert await inbox(lan, only="to_confirm") == [first]
    assert await inbox(counter, whose="given") == [first]


async def test_an_item_says_who_gave_what_to_whom_and_until_when(officers: Officers) -> None:
    await two_handed_over(officers)
    lan = await officers("specialist", "lan")

    [item] = (await lan.get("/v1/inbox")).json()["items"]

    work = item["work"]
    assert set(work) == set(HeldStep.model_fields)
    assert (work["step"], work["unit"], work["officer"], work["from_officer"]) == (
        "b2",
        UNIT,
        "lan",
        "cuc",
    )
    assert (work["confirmed_at"], work["due_at"]) == (None, "2026-03-03T08:00:00+07:00")
    assert item["dossier"]["applicant_name"] == "Nguyễn Văn Thử"


async def test_a_late_step_is_found_until_it_is_done_or_waits(officers: Officers) -> None:
    counter, [first, second] = await two_handed_over(officers)
    leader = await officers("leader", "minh")
    leader.clock("2026-03-03 08:01")

    assert await inbox(leader, whose="agency", only="late_step") == [first]
    leader.clock("2026-03-05 08:00")
    assert await inbox(leader, whose="agency", only="late_step") == [first, second]
    missing = {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu."}]}
    await counter.do({"code": first}, "supplement-requests", missing)

    assert await inbox(leader, whose="agency", only="late_step") == [second]
    assert await inbox(leader, whose="agency", only="waiting") == [first]


async def test_what_is_promised_for_today_is_found(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    today = await counter.accepted(procedure=SAME_DAY)
    later = await counter.accepted()
    leader = await officers("leader", "minh")

    assert await inbox(leader, whose="agency", only="due_today") == [today["code"]]
    assert await inbox(counter, only="due_today") == [today["code"]]
    assert await inbox(counter, procedure=later["procedure"]) == [later["code"]]
    leader.clock("2026-03-16 07:00")
    assert await inbox(leader, whose="agency", only="due_today") == [later["code"]]


async def test_the_inbox_is_walked_by_key_each_step_once(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    here = [(await counter.accepted())["code"] for _ in range(5)]
    everywhere = await officers("leader", "minh", [COMMUNE, DEPARTMENT])

    for query in ({"whose": "agency"}, {"whose": "agency", "agency": COMMUNE}, {"whose": "mine"}):
        asker = counter if query["whose"] == "mine" else everywhere
        walked, after = [], None
        while True:
            more: dict[str, str] = {"after": after} if after else {}
            page = (await asker.get("/v1/inbox", limit=2, **query, **more)).json()
            walked += [item["dossier"]["code"] for item in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert sorted(walked) == sorted(here), query


async def test_a_stranger_s_inbox_holds_nothing_of_it(officers: Officers) -> None:
    await two_handed_over(officers)
    # The same name at another one-stop is another person's work.
    namesake = await officers("specialist", "lan", [OTHER_COMMUNE])

    assert await inbox(namesake) == []
    assert await inbox(namesake, whose="agency") == []
    assert await inbox(namesake, whose="unit", unit=UNIT, agency=COMMUNE) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"whose": "unit"}, "unit_needed"),
        ({"whose": "agency"}, "agency_needed"),
        ({"after": "x"}, "cursor_unreadable"),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    officers: Officers, query: dict[str, str], code: str
) -> None:
    answer = await officers.office.get("/v1/inbox", **query)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_citizen_has_no_inbox(officers: Officers) -> None:
    citizen = await officers("citizen", "087200001234")

    assert (await citizen.get("/v1/inbox")).status_code == 403


async def test_an_imported_dossier_without_a_holder_is_claimed(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()
    async with officers.office.connection() as connection:
        await connection.execute("delete from assignment")
    lan = await officers("specialist", "lan")

    claimed = await lan.do(dossier, "claim", {"unit": UNIT})

    assert (claimed["holding_unit"], claimed["holding_officer"]) == (UNIT, "lan")
    assert await inbox(lan) == [dossier["code"]]
