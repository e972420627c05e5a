"""A day's batch: every item once, however often it is sent, whatever the others are."""

import asyncio
import json
from typing import Any

import httpx

from services.intake import batches, filing
from services.intake.desk import Desk
from shared.idempotency import Once
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import COMMUNE, DEPARTMENT, a_filing, at

SIGNED = "2026-03-02T07:30:00+07:00"


def an_item(key: str, **changed: Any) -> dict[str, Any]:
    return {"key": key, "filing": a_filing(**changed)}


async def _send(office: Office, items: list[Any]) -> httpx.Response:
    # Escaped, as some senders write: the client's own encoder refuses half a sign.
    headers = {"Content-Type": "application/json"}
    content = json.dumps({"items": items})
    return await office.http.post("/v1/dossiers:batch", content=content, headers=headers)


async def _results(office: Office, items: list[Any]) -> list[dict[str, Any]]:
    answer = await _send(office, items)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["items"]
    return results


async def test_a_days_batch_sent_three_times_is_filed_once_with_the_same_answers(
    office: Office,
) -> None:
    items = [
        an_item(f"VD{n:04d}", channel="postal", hand_over={"signed_at": SIGNED}, note=f"Lô {n}")
        for n in range(200)
    ]

    first = await _send(office, items)
    second = await _send(office, items)
    third = await _send(office, items)

    results = first.json()["items"]
    assert [result["key"] for result in results] == [item["key"] for item in items]
    assert {result["status"] for result in results} == {201}
    assert len({result["code"] for result in results}) == 200
    assert first.content == second.content == third.content
    filed = await office.rows("select filed_at from dossier")
    assert [row["filed_at"] for row in filed] == [at("2026-03-02 07:30")] * 200
    assert len(await office.told()) == 200


async def test_one_bad_item_spoils_no_other(office: Office) -> None:
    results = await _results(
        office,
        [
            an_item("a"),
            an_item("b", agency="H99"),
            an_item("c", applicant={"name": ""}),
            {"key": "d", "filing": {}, "more": 1},
            {"filing": a_filing()},
            "không phải hồ sơ",
            an_item("\u0000"),
            an_item("e", note="\ud800"),
            an_item("f", form={"so": 10**40}),
            an_item("g"),
        ],
    )

    assert [result["status"] for result in results] == [201, *[422] * 8, 201]
    assert [result["key"] for result in results][:7] == ["a", "b", "c", "d", None, None, None]
    problems = [result["problem"] for result in results]
    assert problems[0] is None
    assert problems[1]["code"] == "agency_unknown"
    assert problems[2]["errors"][0]["pointer"] == "/body/applicant/name"
    assert len(await office.told()) == 2


async def test_a_mended_item_is_filed_when_the_batch_is_sent_again(office: Office) -> None:
    before = await _results(office, [an_item("a"), an_item("b", agency="H99")])

    after = await _results(office, [an_item("a"), an_item("b")])

    assert after[0] == before[0]
    assert (before[1]["status"], after[1]["status"]) == (422, 201)


async def test_a_key_says_one_thing_only(office: Office) -> None:
    results = await _results(office, [an_item("a"), an_item("a"), an_item("a", note="khác")])

    assert results[0]["code"] == results[1]["code"]
    assert results[2]["problem"]["code"] == "idempotency_key_reused"
    assert len(await office.told()) == 1


async def test_a_batch_sent_twice_at_once_is_filed_once(office: Office) -> None:
    items = [an_item(f"k{n}") for n in range(20)]

    sent = await asyncio.gather(_results(office, items), _results(office, items))
    again = await _results(office, items)

    answered = {
        (result["key"], result["code"])
        for results in sent
        for result in results
        if result["status"] == 201
    }
    assert answered == {(result["key"], result["code"]) for result in again}
    assert {result["status"] for results in sent for result in results} <= {201, 409}
    assert len(await office.told()) == 20


async def test_the_agencies_of_the_sender_bound_each_item(
    start_office: StartOffice, token: Token
) -> None:
    post_office = await start_office(bearer=token("postal", agencies=[COMMUNE]))

    results = await _results(post_office, [an_item("a"), an_item("b", agency=DEPARTMENT)])

    assert [result["status"] for result in results] == [201, 403]
    assert results[1]["problem"]["code"] == "agency_out_of_scope"


async def test_who_only_reads_sends_no_batch(start_office: StartOffice, token: Token) -> None:
    leader = await start_office(bearer=token("leader"))

    assert (await _send(leader, [an_item("a")])).status_code == 403


async def test_no_more_than_a_day_of_the_post_fits_in_a_batch(office: Office) -> None:
    assert (await _send(office, [an_item(str(n)) for n in range(201)])).status_code == 422
    assert (await _send(office, [])).status_code == 422
    assert await office.told() == []


async def test_all_batches_together_leave_connections_to_the_counters(
    office: Office, monkeypatch: Any
) -> None:
    under_way, most = 0, 0
    file = filing.file

    async def counted(desk: Desk, once: Once, given: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return await file(desk, once, given)
        finally:
            under_way -= 1

    monkeypatch.setattr(filing, "file", counted)

    await asyncio.gather(
        *(_results(office, [an_item(f"{b}/{n}") for n in range(15)]) for b in range(3))
    )

    assert most == batches.AT_ONCE
    assert len(await office.told()) == 45
