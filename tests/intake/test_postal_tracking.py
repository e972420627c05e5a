"""What carriers tell is let in by their secret, counts once, and returns results."""

import hashlib
import hmac
from typing import Any

import httpx
import orjson

from tests.conftest import Token
from tests.intake.carrier_server import SECRET, configure, register, settings_for, shown
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import OTHER_COMMUNE, SAME_DAY

PROOF = {"X-Postal-Proof": SECRET}
APPROVED = {"outcome": "approved"}


def configured(office: Office, **changed: Any) -> Office:
    told = settings_for("http://127.0.0.1:1", **changed)
    configure(office, vnpost=told, viettelpost=told)
    return office


async def tell(office: Office, body: Any, where: str = "vnpost/partner") -> httpx.Response:
    return await office.http.post(f"/v1/postal/carriers/{where}/webhook", json=body, headers=PROOF)


def said(code: int, day: str, **more: Any) -> dict[str, Any]:
    """A message of VNPost's partner API about the order that tests register."""
    told = {"orderNumber": "VD0001", "statusCode": code, "statusDate": f"{day}:00+07:00"}
    return told | more


async def result_on_its_way(office: Office) -> tuple[dict[str, Any], dict[str, Any]]:
    """A dossier with a result, and the order that takes it to the person."""
    dossier = await office.accepted(procedure=SAME_DAY, way_of_return="post")
    await office.do(dossier, "resolution", APPROVED)
    order = await register(office, direction="deliver", dossier=dossier["code"])
    office.clock("2026-03-20 08:00")
    return dossier, order


async def _dossier(office: Office, dossier: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await office.get(f"/v1/dossiers/{dossier['code']}")).json()
    return found


async def test_a_delivered_result_is_returned_by_post_when_it_was_delivered(
    office: Office,
) -> None:
    dossier, order = await result_on_its_way(configured(office))

    await tell(office, said(70, "2026-03-03T09:00"))
    answer = await tell(office, said(100, "2026-03-04T10:30", identityShown=True))

    assert answer.json() == {"messages": 1, "new": 1, "unknown_orders": 0}
    returned = await _dossier(office, dossier)
    assert returned["status"]["code"] == 10
    assert returned["returned_at"] == "2026-03-04T10:30:00+07:00"
    (handover,) = await office.rows("select * from handover")
    assert (handover["way_of_return"], handover["identity_shown"]) == ("post", True)
    assert (await office.told(dossier))[-1]["data"]["way_of_return"] == "post"
    (leg,) = (await shown(office, order))["legs"]
    assert (leg["days"], leg["due_on"], leg["verdict"]) == (1, "2026-03-04", "on_time")


async def test_the_same_messages_again_change_nothing(office: Office) -> None:
    dossier, order = await result_on_its_way(configured(office))
    messages = [said(70, "2026-03-03T09:00"), said(91, "2026-03-04T09:00")]
    messages.append(said(100, "2026-03-06T09:00"))
    await tell(office, messages)
    before, facts = await shown(office, order), await office.told(dossier)

    again = await tell(office, messages)

    assert again.json() == {"messages": 3, "new": 0, "unknown_orders": 0}
    assert await shown(office, order) == before
    assert await office.told(dossier) == facts


async def test_messages_count_by_their_dates_however_they_arrive(office: Office) -> None:
    _, order = await result_on_its_way(configured(office))

    for told in (said(91, "2026-03-06T09:00"), said(70, "2026-03-03T09:00")):
        await tell(office, told)
    await tell(office, said(91, "2026-03-04T09:00"))

    seen = await shown(office, order)
    assert (seen["state"], seen["tries"]) == ("delivering", 2)
    assert seen["last"]["at"] == "2026-03-06T09:00:00+07:00"
    assert seen["legs"][0]["started_at"] == "2026-03-03T09:00:00+07:00"


async def test_after_two_tries_a_result_comes_back_and_waits_at_the_counter(
    office: Office,
) -> None:
    dossier, order = await result_on_its_way(configured(office))

    days = {70: "03", 161: "09", 170: "10"}
    await tell(office, [said(code, f"2026-03-{day}T09:00") for code, day in days.items()])
    await tell(office, [said(91, f"2026-03-{day}T09:00") for day in ("04", "06")])

    seen = await shown(office, order)
    assert (seen["state"], seen["tries"], seen["too_few_tries"]) == ("returned", 2, False)
    assert (await _dossier(office, dossier))["status"]["code"] == 9
    await office.do(dossier, "return", {"way_of_return": "counter"})


async def test_a_carrier_that_gave_up_too_soon_is_marked(office: Office) -> None:
    _, order = await result_on_its_way(configured(office))
    await tell(office, said(70, "2026-03-03T09:00"))
    await tell(office, [said(91, "2026-03-04T09:00"), said(91, "2026-03-05T09:00")])
    await tell(office, [said(161, "2026-03-05T15:00"), said(170, "2026-03-09T09:00")])

    seen = await shown(office, order)

    assert (seen["state"], seen["tries"], seen["too_few_tries"]) == ("returned", 2, True)
    there, back = seen["legs"]
    assert (there["verdict"], back["kind"], back["verdict"]) == ("late", "back", "late")
    assert back["due_on"] == "2026-03-06"


async def test_two_tries_far_enough_apart_are_enough(office: Office) -> None:
    _, order = await result_on_its_way(configured(office))
    await tell(office, [said(91, "2026-03-04T09:00"), said(91, "2026-03-06T09:00")])
    await tell(office, said(170, "2026-03-09T09:00"))

    seen = await shown(office, order)

    assert (seen["state"], seen["tries"], seen["too_few_tries"]) == ("returned", 2, False)


async def test_a_result_taken_at_the_counter_meanwhile_stays_returned_there(
    office: Office,
) -> None:
    dossier, order = await result_on_its_way(configured(office))
    await office.do(dossier, "return", {"way_of_return": "counter"})

    answer = await tell(office, said(100, "2026-03-04T10:30"))

    assert answer.status_code == 200
    assert (await shown(office, order))["state"] == "delivered"
    assert len(await office.rows("select 1 from handover")) == 1


async def test_an_end_that_was_acted_upon_is_not_undone_by_late_news(office: Office) -> None:
    dossier, order = await result_on_its_way(configured(office))
    await tell(office, [said(70, "2026-03-03T09:00"), said(100, "2026-03-05T09:00")])

    await tell(office, [said(161, "2026-03-04T09:00"), said(170, "2026-03-04T15:00")])

    seen = await shown(office, order)
    assert (seen["state"], seen["too_few_tries"]) == ("delivered", False)
    assert [leg["kind"] for leg in seen["legs"]] == ["there"]
    assert (await _dossier(office, dossier))["status"]["code"] == 10


async def test_each_api_is_read_in_its_own_shape(office: Office) -> None:
    configured(office)
    mine = await register(office, order={"orderNumber": "MY0001"})
    viettel = await register(office, carrier="viettelpost", order={"orderNumber": "VT0001"})
    office.clock("2026-03-20 08:00")

    my = {
        "itemCode": "EMS123456789VN",
        "originalItemCode": "MY0001",
        "status": 12,
        "updatedDate": "2026-03-05T09:00:00",
    }
    answer = await tell(office, {"results": [my]}, "vnpost/my")
    body = {
        "DATA": {
            "ORDER_NUMBER": "1234567890",
            "ORDER_REFERENCE": "VT0001",
            "ORDER_STATUS": 105,
            "ORDER_STATUSDATE": "05/03/2026 09:00:00",
        },
        "TOKEN": "x",
    }
    await tell(office, body, "viettelpost/partner")

    assert answer.json()["new"] == 1
    seen = await shown(office, mine)
    assert (seen["state"], seen["item_code"]) == ("delivering", "EMS123456789VN")
    seen = await shown(office, viettel)
    assert (seen["state"], seen["item_code"]) == ("handed_over", "1234567890")
    assert seen["last"] == {"api": "partner", "code": "105", "at": "2026-03-05T09:00:00+07:00"}


async def test_unknown_codes_are_kept_raw_and_unknown_orders_are_counted(office: Office) -> None:
    order = await register(configured(office))
    office.clock("2026-03-20 08:00")

    spoken = "Đã gọi 0912345678"
    told = [said(999, "2026-03-05T09:00", statusMessage=spoken)]
    answer = await tell(office, [*told, said(100, "2026-03-05T09:00", orderNumber="LA")])

    assert answer.json() == {"messages": 2, "new": 1, "unknown_orders": 1}
    seen = await shown(office, order)
    assert (seen["state"], seen["last"]["code"]) == ("registered", "999")
    (row,) = await office.rows("select to_jsonb(m)::text as row from postal_message m")
    assert "0912345678" not in row["row"]


async def test_a_message_that_cannot_be_read_is_refused(office: Office) -> None:
    configured(office)
    bad: list[Any] = [
        {"orderNumber": "VD0001", "statusCode": 100},
        {"orderNumber": "VD0001", "statusCode": "một", "id": "0" * 24},
        said(100, "hôm qua"),
        "VD0001",
        [said(70, "2026-03-02T07:00"), None],
    ]

    answers = [await tell(office, body) for body in bad]

    assert {(a.status_code, a.json()["code"]) for a in answers} == {(422, "message_unreadable")}


async def test_only_the_secret_opens_a_webhook(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    configured(office)
    path, body = "/v1/postal/carriers/vnpost/partner/webhook", said(70, "2026-03-02T07:00")

    without = await office.http.post(path, json=body)
    wrong = await office.http.post(path, json=body, headers={"X-Postal-Proof": "khac"})
    configure(office)
    nobody = await office.http.post(path, json=body, headers=PROOF)
    counter = await start_office(bearer=token("counter"))

    assert [without.status_code, wrong.status_code, nobody.status_code] == [403, 403, 403]
    assert wrong.json()["code"] == "webhook_refused"
    assert (await tell(configured(counter), body)).json()["code"] == "role_missing"
    assert (await tell(configured(office), body, "vnpost/khac")).status_code == 404
    assert (await tell(office, body, "khac/partner")).status_code == 404


async def test_a_signed_webhook_proves_its_very_body(office: Office) -> None:
    order = await register(configured(office, webhook_signed=True))
    body = orjson.dumps(said(70, "2026-03-02T07:00"))
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    path, proof = "/v1/postal/carriers/vnpost/partner/webhook", {"X-Postal-Proof": signature}

    forged = await office.http.post(path, content=body.replace(b"70", b"91"), headers=proof)
    signed = await office.http.post(path, content=body, headers=proof)

    assert (forged.status_code, signed.status_code) == (403, 200)
    assert (await shown(office, order))["state"] == "handed_over"


async def test_a_carrier_tells_only_of_the_agencies_it_serves(
    start_office: StartOffice, office: Office, token: Token
) -> None:
    await register(office)
    elsewhere = await start_office(bearer=token("postal", agencies=[OTHER_COMMUNE]))

    answer = await tell(configured(elsewhere), said(70, "2026-03-02T07:00"))

    assert answer.json()["unknown_orders"] == 1


async def test_a_clock_that_runs_ahead_is_held_back_to_ours(office: Office) -> None:
    order = await register(configured(office))

    await tell(office, said(70, "2026-12-01T09:00"))

    seen = await shown(office, order)
    assert seen["last"]["at"] == "2026-03-02T08:00:00+07:00"
