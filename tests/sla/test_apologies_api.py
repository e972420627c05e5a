"""A letter from the draft to the proof of receipt, over HTTP, and what the clock hears of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.events import ApologyDelivered, ApologyIssued, ApologyKind
from tests.conftest import ServiceClient, Token
from tests.sla.factories import at, wrap
from tests.sla.facts import asked, given, resolved
from tests.sla.letters import ADDRESSEE, COMMUNE, NEW_DAY, OTHER, PARTS, Letters, desk_at

NOBODY = "0198c0de-0000-7000-8000-000000000000"
INCIDENT = {"kind": "wrong_result", "found_on": "2026-03-12", "what": "Sai ngày sinh"}
RECEIVED = {
    "channel": "post",
    "delivered_at": "2026-03-13T10:30:00+07:00",
    "receipt_number": "VN123",
    "received_by": "Nguyễn Thị Ánh Nguyệt",
}


@pytest.fixture
async def office(
    service_client: ServiceClient, token: Token, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Letters]:
    async with desk_at("2026-03-13 10:00", service_client, token, monkeypatch) as office:
        yield office


async def test_a_signed_letter_re_appoints_the_dossier_and_the_due_stays(office: Letters) -> None:
    dossier = await office.begun()
    letter = await office.submitted(dossier)

    signed = await office.do(letter, "approval", signer="Lê Văn Sáu", signer_title="Chủ tịch")
    [told] = await office.hear()
    clock = (await office.http.get(f"/v1/clocks/{dossier}")).json()

    assert (signed["state"], signed["number"]) == ("approved", "01/PXL")
    assert signed["approved_at"] == "2026-03-13T10:00:00+07:00"
    assert isinstance(told.data, ApologyIssued)
    assert told.data == ApologyIssued(
        dossier=dossier,
        kind=ApologyKind.OVERDUE,
        number=1,
        cause="verification",
        promised=at("2026-03-20 09:00"),
        issued_at=at("2026-03-13 10:00"),
    )
    assert (told.aggregate_id, told.sequence, told.agency) == (letter, 1, COMMUNE)
    assert (clock["due_at"], clock["promised_at"]) == ("2026-03-16T08:00:00+07:00", NEW_DAY)
    entry = clock["ledger"][-1]
    assert (entry["kind"], entry["ground"]) == ("reappointed", "verification")


async def test_a_dossier_is_re_appointed_once_also_while_a_letter_is_on_its_way(
    office: Letters,
) -> None:
    dossier = await office.begun()
    letter = await office.submitted(dossier)

    second = await office.http.post("/v1/apologies", json={"dossier": dossier})
    await office.do(letter, "approval")
    unheard = await office.http.post("/v1/apologies", json={"dossier": dossier})
    await office.hear()
    heard = await office.http.post("/v1/apologies", json={"dossier": dossier})

    assert (second.status_code, second.json()["code"]) == (409, "apology_open")
    assert second.json()["apology"] == letter
    for refused in (unheard, heard):
        assert (refused.status_code, refused.json()["code"]) == (409, "reappointed_already")


async def test_the_database_itself_refuses_a_second_signed_letter(office: Letters) -> None:
    dossier = await office.begun()
    first = await office.submitted(dossier)
    # Begun before the first one was signed, by somebody who could not see it.
    await office.rows("update apology set state = 'dropped' where id = $1", first)
    second = await office.submitted(dossier)
    await office.rows(
        "update apology set state = 'approved', year = 2025, number = 1 where id = $1", first
    )

    refused = await office.ask(second, "approval")

    assert (refused.status_code, refused.json()["code"]) == (409, "reappointed_already")
    assert await office.rows("select * from apology_number") == []
    assert await office.told() == []


async def test_what_a_letter_lacks_is_named(office: Letters) -> None:
    letter = await office.draft(await office.begun())
    await office.do(letter, "edit", addressee=ADDRESSEE)

    refused = await office.ask(letter, "submission")

    assert (refused.status_code, refused.json()["code"]) == (409, "apology_incomplete")
    assert refused.json()["missing"] == ["reason", "cause", "promised_at"]


async def test_a_new_day_is_later_than_the_promise_and_worked_or_the_end_of_a_shift(
    office: Letters,
) -> None:
    letter = await office.draft(await office.begun())
    codes = {}
    for promised_at in (
        *("2026-03-16T08:00", "2026-03-12T09:00", "2026-03-21T09:00", "2026-03-20T12:00"),
        *("2999-03-20T09:00", "2026-03-20T17:00"),
    ):
        parts = PARTS | {"promised_at": f"{promised_at}:00+07:00"}
        await office.do(letter, "edit", **parts)
        answer = await office.ask(letter, "submission")
        codes[promised_at] = answer.json().get("code") if answer.is_error else answer.status_code

    assert codes == {
        "2026-03-16T08:00": "promise_not_later",
        "2026-03-12T09:00": "promise_not_later",
        "2026-03-21T09:00": "promise_not_working",
        "2026-03-20T12:00": "promise_not_working",
        "2999-03-20T09:00": "promise_not_working",
        "2026-03-20T17:00": 200,
    }


async def test_half_of_the_limit_more_is_suggested_from_the_due_or_from_now(
    office: Letters,
) -> None:
    dossier = await office.begun()
    letter = await office.draft(dossier)
    early = (await office.http.get(f"/v1/apologies/{letter}")).json()["suggested_at"]
    office.clock("2026-03-18 08:00")
    late = (await office.http.get(f"/v1/apologies/{letter}")).json()["suggested_at"]

    assert early == "2026-03-23T08:00:00+07:00"
    assert late == "2026-03-25T08:00:00+07:00"


async def test_a_due_that_moved_past_the_new_day_before_the_signature_refuses_it(
    office: Letters,
) -> None:
    dossier = await office.begun()
    letter = await office.submitted(dossier)
    await office.tell(wrap(asked("2026-03-13 10:00"), dossier, 2))
    await office.tell(wrap(given("2026-03-20 10:00"), dossier, 3))
    office.clock("2026-03-20 08:00")

    refused = await office.ask(letter, "approval")

    assert (refused.status_code, refused.json()["code"]) == (409, "promise_not_later")
    assert await office.rows("select * from apology_number") == []


async def test_a_letter_signed_while_the_result_was_on_its_way_is_noted_void(
    office: Letters,
) -> None:
    dossier = await office.begun()
    letter = await office.signed(dossier)
    await office.tell(wrap(resolved("2026-03-13 09:59"), dossier, 2))
    await office.hear()

    shown = (await office.http.get(f"/v1/apologies/{letter}")).json()

    assert shown["voided_at"] is not None
    clock = (await office.http.get(f"/v1/clocks/{dossier}")).json()
    assert [entry["kind"] for entry in clock["ledger"]] == ["started", "ended"]


async def test_the_head_sends_a_letter_back_and_it_is_written_better(office: Letters) -> None:
    letter = await office.submitted(await office.begun())

    back = await office.do(letter, "rejection", ground="Nêu rõ lý do")
    await office.do(letter, "edit", reason="Phải xác minh tại ấp Tân Hòa.")
    again = await office.do(letter, "submission")

    assert (back["state"], back["rejection"]) == ("draft", "Nêu rõ lý do")
    assert (again["state"], again["rejection"]) == ("submitted", None)
    assert again["reason"] == "Phải xác minh tại ấp Tân Hòa."


async def test_only_the_head_signs_and_only_officers_write(office: Letters) -> None:
    letter = await office.submitted(await office.begun())
    officer = office.bearer("specialist")
    above = office.bearer("leader", agency="H20.40")
    elsewhere = office.bearer("leader", agency=OTHER)
    path = f"/v1/apologies/{letter}"

    forbidden = await office.http.post(f"{path}/approval", json={}, headers=officer)
    foreign = await office.http.post(f"{path}/approval", json={}, headers=elsewhere)
    unseen = await office.http.get(path, headers=elsewhere)
    portal = await office.http.get(path, headers=office.bearer("portal"))
    allowed = await office.http.post(f"{path}/approval", json={}, headers=above)

    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "role_missing")
    for hidden in (foreign, unseen):
        assert (hidden.status_code, hidden.json()["code"]) == (404, "apology_not_found")
    assert portal.status_code == 403
    assert allowed.status_code == 200


async def test_the_one_stop_that_received_reads_the_letter_and_does_not_write_it(
    office: Letters,
) -> None:
    letter = await office.submitted(await office.begun(receiving_agency=OTHER))
    one_stop = office.bearer("counter", agency=OTHER)

    seen = await office.http.get(f"/v1/apologies/{letter}", headers=one_stop)
    listed = await office.http.get("/v1/apologies", headers=one_stop)
    refused = await office.http.patch(
        f"/v1/apologies/{letter}", json={"reason": "x"}, headers=one_stop
    )

    assert seen.json()["id"] == letter == listed.json()["items"][0]["id"]
    assert (refused.status_code, refused.json()["code"]) == (403, "agency_not_yours")


async def test_people_are_sealed_masked_and_read_in_clear_only_on_record(office: Letters) -> None:
    letter = await office.submitted(await office.begun())

    masked = (await office.http.get(f"/v1/apologies/{letter}")).json()["addressee"]
    assert await office.rows("select * from apology_reading") == []
    clear = await office.http.get(f"/v1/apologies/{letter}", params={"unmask": True})
    [row] = await office.rows("select content from apology")
    [reading] = await office.rows("select * from apology_reading")

    assert masked == {
        "name": ADDRESSEE["name"],
        "identity_number": "087*****1234",
        "phone": "09******78",
        "email": "n***@example.vn",
        "address": "***",
    }
    assert clear.json()["addressee"] == ADDRESSEE
    assert (str(reading["apology"]), reading["actor"]) == (letter, "can-bo-thu")
    for personal in (*ADDRESSEE.values(), PARTS["reason"]):
        assert str(personal).encode() not in row["content"]


async def test_letters_signed_at_once_are_numbered_without_a_gap(office: Letters) -> None:
    submitted = [await office.submitted(await office.begun()) for _ in range(6)]
    refused = await office.submitted(late := await office.begun())
    await office.tell(wrap(resolved("2026-03-13 09:00"), late, 2))

    await asyncio.gather(*(office.do(letter, "approval") for letter in submitted))
    gone = await office.ask(refused, "approval")
    office.clock("2027-01-04 10:00")

    numbers = await office.rows("select year, number from apology order by number nulls last")
    assert gone.json()["code"] == "clock_ended"
    assert [tuple(row) for row in numbers] == [*((2026, n) for n in range(1, 7)), (None, None)]


async def test_an_answer_is_given_once_per_key(office: Letters) -> None:
    letter = await office.submitted(await office.begun())
    once = {"Idempotency-Key": "ky-1"}
    path = f"/v1/apologies/{letter}/approval"

    first = await office.http.post(path, json={}, headers=once)
    second = await office.http.post(path, json={}, headers=once)

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(await office.told()) == 1


async def test_a_letter_handed_over_is_proved_and_told(office: Letters) -> None:
    letter = await office.signed(await office.begun())
    office.clock("2026-03-13 11:00")
    before = await office.ask(
        letter, "delivery", **(RECEIVED | {"delivered_at": "2026-03-13T09:00:00+07:00"})
    )
    unproved = await office.ask(
        letter, "delivery", channel="counter", delivered_at=RECEIVED["delivered_at"]
    )

    proved = await office.do(letter, "delivery", **RECEIVED)
    _, told = await office.hear()
    [row] = await office.rows("select proof from apology")

    assert (before.status_code, before.json()["code"]) == (422, "delivered_at_wrong")
    assert unproved.status_code == 422
    assert (proved["state"], proved["channel"]) == ("delivered", "post")
    assert proved["sent_at"] == proved["delivered_at"] == RECEIVED["delivered_at"]
    assert proved["proof"] == {"receipt_number": "VN123", "received_by": None, "note": None}
    assert "Nguyễn".encode() not in row["proof"]
    assert isinstance(told.data, ApologyDelivered)
    assert (told.sequence, told.data.channel) == (2, "post")


async def test_an_error_without_a_dossier_gets_its_letter_and_tells_no_dossiers_fact(
    office: Letters,
) -> None:
    registered = await office.http.post(
        "/v1/incidents", json={**INCIDENT, "kind": "error", "agency": COMMUNE}
    )
    incident = registered.json()["id"]
    begun = await office.http.post("/v1/apologies", json={"incident": incident})
    second = await office.http.post("/v1/apologies", json={"incident": incident})
    letter = begun.json()["id"]
    promised = await office.ask(letter, "edit", promised_at=NEW_DAY)
    await office.do(letter, "edit", addressee=ADDRESSEE, reason="Cán bộ nhầm", cause="error")
    await office.do(letter, "submission")
    signed = await office.do(letter, "approval")

    assert (signed["kind"], signed["number"], signed["dossier"]) == ("error", "01/PXL", None)
    assert (second.status_code, second.json()["code"]) == (409, "incident_has_letter")
    assert (promised.status_code, promised.json()["code"]) == (422, "promise_needless")
    assert await office.told() == []


async def test_what_is_no_entry_of_the_register_is_refused(office: Letters) -> None:
    refused = [
        await office.http.post("/v1/incidents", json=INCIDENT | changed)
        for changed in (
            {"kind": "overdue", "agency": COMMUNE},
            {},
            {"agency": COMMUNE, "dossier": "x"},
            {"agency": COMMUNE, "found_on": "2026-03-14"},
            {"agency": OTHER},
            {"dossier": "khong-co"},
        )
    ]

    assert [answer.status_code for answer in refused] == [422, 422, 422, 422, 404, 404]


async def test_the_report_counts_letters_before_and_after_the_due_and_received_ones(
    office: Letters,
) -> None:
    before = await office.begun()
    after = await office.begun()
    without = await office.begun()
    on_time = await office.begun()
    await office.signed(before)
    [code] = await office.rows("select code from clock where dossier = $1", on_time)
    for number in range(2):
        incident = {**INCIDENT, "dossier": code["code"]}
        registered = (await office.http.post("/v1/incidents", json=incident)).json()
        begun = await office.http.post("/v1/apologies", json={"incident": registered["id"]})
        letter = begun.json()["id"]
        await office.do(letter, "edit", addressee=ADDRESSEE, reason="Nhầm", cause="error")
        await office.do(letter, "submission")
        await office.do(letter, "approval")
        if number == 0:
            office.clock("2026-03-13 11:00")
            await office.do(letter, "delivery", **RECEIVED)
    office.clock("2026-03-17 10:00")
    await office.signed(after)
    await office.hear()
    await office.tell(wrap(resolved("2026-03-13 15:00"), on_time, 2))
    await office.tell(wrap(resolved("2026-03-18 08:00"), before, 2))

    async def count(last: str) -> dict[str, Any]:
        asked_for = {"from": "2026-03-01", "to": last}
        answer = await office.http.get("/v1/reports/apologies", params=asked_for)
        told: dict[str, Any] = answer.json()
        return told

    office.clock("2026-03-16 12:00")
    on_due_day = await count("2026-03-31")
    office.clock("2026-04-10 10:00")
    report, earlier = await count("2026-03-31"), await count("2026-03-17")
    await office.tell(wrap(resolved("2026-04-02 08:00"), without, 2))
    unchanged, due_day = await count("2026-03-31"), await count("2026-03-16")

    assert report["late"] == [
        {"agency": COMMUNE, "late": 3, "before_due": 1, "after_due": 1, "without": 1}
    ]
    assert earlier["late"] == unchanged["late"] == report["late"]
    assert due_day["late"] == on_due_day["late"] == []
    assert report["errors"] == [
        {"agency": COMMUNE, "errors": 2, "letters": 2, "delivered": 1, "received_share": 0.5}
    ]


async def test_causes_are_the_systems_and_those_named_above(office: Letters) -> None:
    above = office.bearer("leader", agency="H20.40")
    path = "/v1/lateness-causes/H20.40/flood"

    async def codes() -> dict[str, str]:
        answer = await office.http.get("/v1/lateness-causes", params={"agency": COMMUNE})
        return {cause["code"]: cause["agency"] for cause in answer.json()["causes"]}

    refused = await office.http.put(path, json={"name": "Lũ"})
    system = await office.http.put(
        "/v1/lateness-causes/H20.40/workload", json={"name": "x"}, headers=above
    )
    named = await office.http.put(path, json={"name": "Lũ"}, headers=above)
    with_it = await codes()
    letter = await office.draft(await office.begun())
    await office.do(letter, "edit", cause="flood")
    await office.http.put(path, json={"name": "Lũ", "retired": True}, headers=above)
    unknown = await office.ask(letter, "edit", cause="flood")

    assert refused.status_code == 404
    assert (system.status_code, system.json()["code"]) == (409, "cause_of_system")
    assert named.status_code == 204
    assert (with_it["flood"], with_it["workload"]) == ("H20.40", "*")
    assert "flood" not in await codes()
    assert (unknown.status_code, unknown.json()["code"]) == (422, "cause_unknown")


async def test_letters_are_listed_newest_first_by_state_and_kind(office: Letters) -> None:
    first = await office.draft(await office.begun())
    office.clock("2026-03-13 10:05")
    second = await office.submitted(await office.begun())

    page = (await office.http.get("/v1/apologies", params={"limit": 1})).json()
    rest = (
        await office.http.get("/v1/apologies", params={"limit": 1, "after": page["next"]})
    ).json()
    drafts = (await office.http.get("/v1/apologies", params={"state": "draft"})).json()
    errors = (await office.http.get("/v1/apologies", params={"kind": "error"})).json()

    assert [one["id"] for one in page["items"]] == [second]
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first], None)
    assert [one["id"] for one in drafts["items"]] == [first]
    assert errors["items"] == []


async def test_a_dossier_that_cannot_be_late_gets_no_letter(office: Letters) -> None:
    ended = await office.begun(resolved("2026-03-10 10:00"))
    endless = await office.begun(limit=None)

    answers = [
        await office.http.post("/v1/apologies", json={"dossier": dossier})
        for dossier in (ended, endless, NOBODY)
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, "clock_ended"),
        (409, "no_due"),
        (404, "clock_not_found"),
    ]
