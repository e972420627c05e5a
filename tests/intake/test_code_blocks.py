"""Codes lent to offline counters: never twice, used in time, void for ever."""

import asyncio
from typing import Any

import httpx

from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import COMMUNE, OTHER_COMMUNE, a_filing

AT_ONCE = 100


async def _lease(office: Office, count: int = 3, **changed: Any) -> dict[str, Any]:
    asked = {"agency": COMMUNE, "count": count} | changed
    answer = await office.http.post("/v1/code-blocks", json=asked)
    assert answer.status_code == 201, answer.text
    block: dict[str, Any] = answer.json()
    return block


async def _file(
    office: Office, block: dict[str, Any], lent: str, headers: Any = None, **changed: Any
) -> httpx.Response:
    given = {"code": lent, "received_at": "2026-03-02T09:15:00+07:00", "filing": a_filing()}
    path = f"/v1/code-blocks/{block['id']}/dossiers"
    return await office.http.post(path, json=given | changed, headers=headers)


async def _show(office: Office, block: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = (await office.get(f"/v1/code-blocks/{block['id']}")).json()
    return shown


def _refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_block_follows_the_days_codes_and_filing_goes_on_behind_it(office: Office) -> None:
    before = await office.file()
    block = await _lease(office)
    after = await office.file()

    assert before["code"] == f"{COMMUNE}-260302-0001"
    assert block["free"] == [f"{COMMUNE}-260302-000{order}" for order in (2, 3, 4)]
    assert after["code"] == f"{COMMUNE}-260302-0005"


async def test_leases_and_filings_at_once_give_no_code_twice(office: Office) -> None:
    leased, filed = await asyncio.gather(
        asyncio.gather(*(_lease(office, 5) for _ in range(AT_ONCE))),
        asyncio.gather(*(office.file() for _ in range(AT_ONCE))),
    )

    lent = [code for block in leased for code in block["free"]]
    codes = lent + [dossier["code"] for dossier in filed]
    assert len(set(codes)) == len(codes) == AT_ONCE * 6
    offline = await asyncio.gather(
        *(_file(office, block, block["free"][0], received_at="2026-03-02T07:50:00+07:00")
          for block in leased)
    )  # fmt: skip
    assert {answer.status_code for answer in offline} == {201}


async def test_an_offline_dossier_counts_from_its_receipt_and_tells_when_it_was_written_down(
    office: Office,
) -> None:
    block = await _lease(office)
    office.clock("2026-03-03 10:00")

    answer = await _file(office, block, block["free"][1])

    dossier = answer.json()
    assert (answer.status_code, dossier["code"]) == (201, block["free"][1])
    assert dossier["filed_at"] == "2026-03-02T09:15:00+07:00"
    told = (await office.told(dossier))[-1]
    assert (told["type"], told["data"]["code"]) == ("dossier.filed.v1", dossier["code"])
    (row,) = await office.rows("select national_code, happened_at < t.recorded_at as later"
                               " from dossier join transition t on t.dossier_id = id")  # fmt: skip
    assert tuple(row) == (False, True)
    assert [used["code"] for used in (await _show(office, block))["used"]] == [dossier["code"]]


async def test_a_code_is_used_once_and_the_same_key_is_answered_again(office: Office) -> None:
    block = await _lease(office)
    office.clock("2026-03-02 11:00")
    key = {"Idempotency-Key": "quay-3/0001"}
    first = await _file(office, block, block["free"][0], headers=key)

    office.clock("2026-03-20 11:00")
    again = await _file(office, block, block["free"][0], headers=key)
    office.clock("2026-03-02 11:30")
    other = await _file(office, block, block["free"][0])

    assert (again.status_code, again.json()) == (201, first.json())
    assert _refusal(other) == (409, "code_taken")


async def test_an_offline_filing_that_is_not_what_was_lent_is_refused(office: Office) -> None:
    block = await _lease(office)
    wrong: list[tuple[str, dict[str, Any], tuple[int, str]]] = [
        ("2026-03-02 09:00", {}, (422, "received_at_time")),
        ("2026-03-05 09:30", {}, (422, "received_at_time")),
        (
            "2026-03-03 09:30",
            {"received_at": "2026-03-03T08:00:00+07:00"},
            (422, "received_at_day"),
        ),
        ("2026-03-06 00:00", {}, (409, "code_block_over")),
        ("2026-03-02 10:00", {"code": f"{COMMUNE}-260302-0099"}, (422, "code_not_lent")),
        ("2026-03-02 10:00", {"filing": a_filing(agency=OTHER_COMMUNE)}, (422, "agency_not_lent")),
        ("2026-03-02 10:00", {"filing": a_filing(channel="online_full")}, (422, "not_offline")),
        (
            "2026-03-02 10:00",
            {"filing": a_filing(national_code="H20.100-260302-000009")},
            (422, "not_offline"),
        ),
    ]

    for moment, changed, refusal in wrong:
        office.clock(moment)
        answer = await _file(office, block, block["free"][0], **changed)
        assert _refusal(answer) == refusal, changed


async def test_what_is_not_used_by_the_end_is_void_and_given_to_nobody(office: Office) -> None:
    block = await _lease(office)
    office.clock("2026-03-02 11:00")
    await _file(office, block, block["free"][0])
    office.clock("2026-03-06 00:00")

    shown = await _show(office, block)
    smuggled = await office.http.post("/v1/dossiers", json=a_filing(national_code=block["free"][1]))

    assert (shown["state"], shown["void"], shown["free"]) == ("expired", block["free"][1:], [])
    assert _refusal(smuggled) == (409, "code_lent_elsewhere")


async def test_a_block_is_given_back_before_its_end(office: Office) -> None:
    block = await _lease(office)

    back = await office.http.post(f"/v1/code-blocks/{block['id']}/return")
    late = await _file(office, block, block["free"][0], received_at="2026-03-02T07:30:00+07:00")

    assert (back.json()["state"], back.json()["void"]) == ("returned", block["free"])
    assert _refusal(late) == (409, "code_block_over")


async def test_no_more_is_lent_than_a_counter_can_use(office: Office) -> None:
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"count": 501}, (422, "malformed")),
        ({"count": 0}, (422, "malformed")),
        ({"day": "2026-03-01"}, (422, "lease_day")),
        ({"day": "2026-03-10"}, (422, "lease_day")),
        ({"agency": "H20.999"}, (422, "agency_not_in_force")),
    ]

    for changed, refusal in wrong:
        asked = {"agency": COMMUNE, "count": 5} | changed
        answer = await office.http.post("/v1/code-blocks", json=asked)
        assert _refusal(answer) == refusal, changed


async def test_a_foreign_counter_neither_borrows_nor_sees(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    block = await _lease(office)
    foreign = await start_office(bearer=token("counter", agencies=[OTHER_COMMUNE]))

    borrowed = await foreign.http.post("/v1/code-blocks", json={"agency": COMMUNE, "count": 1})

    assert _refusal(borrowed) == (403, "agency_out_of_scope")
    assert (await foreign.get(f"/v1/code-blocks/{block['id']}")).status_code == 404
    assert (await foreign.get("/v1/code-blocks", agency=COMMUNE)).json() == []
    assert (await _file(foreign, block, block["free"][0])).status_code == 404
