"""Collected money is compared with what was remitted; complaints have a window and an answer."""

from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest

from services.intake.postal.complaints import last_day
from tests.conftest import Token
from tests.intake.carrier_server import register
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import COMMUNE, OTHER_COMMUNE
from tests.intake.test_postal_tracking import configured, said, tell

SPOKEN = {"kind": "lost", "said": "Mất giấy khai sinh, liên hệ 0912345678."}
UPHELD = {"outcome": "upheld", "answer": "Đã bồi thường.", "compensation": 200000}


async def remit(office: Office, number: str, **amounts: int) -> httpx.Response:
    body = {
        "carrier": "vnpost",
        "agency": COMMUNE,
        "number": number,
        "remitted_at": "2026-03-19T08:00:00+07:00",
        "items": [{"order_number": order, "amount": due} for order, due in amounts.items()],
    }
    return await office.http.post("/v1/postal/remittances", json=body)


async def collected(office: Office, number: str, amount: int) -> dict[str, Any]:
    """An order whose money the carrier has collected."""
    made = await register(office, order={"orderNumber": number, "codAmount": amount})
    await tell(office, said(110, "2026-03-02T07:00", orderNumber=number))
    return made


async def differences(office: Office, **query: Any) -> list[tuple[str, int]]:
    found = (await office.get("/v1/postal/differences", **query)).json()["items"]
    return [(item["order_number"], item["difference"]) for item in found]


async def test_what_is_collected_and_not_remitted_is_reported(office: Office) -> None:
    configured(office)
    for number, amount in (("VD0001", 8000), ("VD0002", 9000), ("VD0003", 7000)):
        await collected(office, number, amount)
    await register(office, order={"orderNumber": "VD0004", "codAmount": 5000})

    before = await differences(office)
    answer = await remit(office, "BK01", VD0001=8000, VD0002=8500, VD0004=5000, LA0001=1000)

    assert before == [("VD0003", 7000), ("VD0002", 9000), ("VD0001", 8000)]
    remittance = answer.json()
    assert remittance["total"] == 22500
    assert {item["order_number"]: item["match"] for item in remittance["items"]} == {
        "VD0001": "matched",
        "VD0002": "amount_differs",
        "VD0004": "matched",
        "LA0001": "unknown_order",
    }
    assert await differences(office, carrier="vnpost") == [("VD0003", 7000), ("VD0002", 500)]
    seen = await office.get(f"/v1/postal/remittances/{remittance['id']}")
    assert seen.json() == remittance


async def test_money_remitted_twice_shows_in_the_list_and_as_a_difference(
    office: Office,
) -> None:
    configured(office)
    await collected(office, "VD0001", 8000)
    await remit(office, "BK01", VD0001=8000)
    office.clock("2026-03-03 08:00")

    again = await remit(office, "BK02", VD0001=8000)
    known = await remit(office, "BK02", VD0001=8000)

    assert again.json()["items"][0]["match"] == "remitted_again"
    assert await differences(office) == [("VD0001", -8000)]
    assert (known.status_code, known.json()["code"]) == (409, "remittance_known")


async def test_a_carriers_list_is_never_changed(office: Office) -> None:
    await remit(office, "BK01", LA0001=1000)

    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await office.rows("update postal_remittance_item set amount = 1")


async def test_a_complaint_is_answered_within_the_carriers_days(office: Office) -> None:
    order = await register(office)
    far = {"orderNumber": "VD0002", "receiverProvince": "01"}
    away = await register(office, order=far)

    raised = await office.http.post(f"/v1/postal/orders/{order['id']}/complaints", json=SPOKEN)
    other = await office.http.post(f"/v1/postal/orders/{away['id']}/complaints", json=SPOKEN)
    office.clock("2026-03-09 17:00")
    path = f"/v1/postal/complaints/{raised.json()['id']}/answer"
    answered = await office.http.post(path, json=UPHELD)
    again = await office.http.post(path, json=UPHELD)
    office.clock("2026-03-12 08:00")

    assert (raised.json()["due_on"], other.json()["due_on"]) == ("2026-03-09", "2026-03-11")
    assert (answered.json()["verdict"], answered.json()["compensation"]) == ("on_time", 200000)
    assert (again.status_code, again.json()["code"]) == (409, "complaint_answered")
    (open_one,) = (await office.get("/v1/postal/complaints", unanswered=True)).json()["items"]
    assert (open_one["id"], open_one["verdict"]) == (other.json()["id"], "late")
    rows = await office.rows("select to_jsonb(c)::text as row from postal_complaint c")
    assert not any("0912345678" in row["row"] or "thường" in row["row"] for row in rows)


async def test_after_half_a_year_nobody_complains(office: Office) -> None:
    order = await register(office)
    path = f"/v1/postal/orders/{order['id']}/complaints"

    office.clock("2026-09-02 17:00")
    in_time = await office.http.post(path, json=SPOKEN)
    office.clock("2026-09-03 08:00")
    too_late = await office.http.post(path, json=SPOKEN)

    assert in_time.status_code == 201
    assert (too_late.status_code, too_late.json()["code"]) == (409, "complaint_too_late")


async def test_money_and_complaints_are_only_known_where_they_belong(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    order = await register(office)
    remittance = (await remit(office, "BK01", VD0001=8000)).json()
    complaints = f"/v1/postal/orders/{order['id']}/complaints"
    raised = (await office.http.post(complaints, json=SPOKEN)).json()
    neighbour = await start_office(bearer=token("counter", agencies=[OTHER_COMMUNE]))
    answer = f"/v1/postal/complaints/{raised['id']}/answer"

    assert (await neighbour.get(f"/v1/postal/remittances/{remittance['id']}")).status_code == 404
    assert (await neighbour.http.post(complaints, json=SPOKEN)).status_code == 404
    assert (await neighbour.http.post(answer, json=UPHELD)).status_code == 404
    assert await differences(neighbour) == []
    assert (await neighbour.get("/v1/postal/complaints")).json()["items"] == []
    assert (await remit(neighbour, "BK02", VD0001=1)).status_code == 403


def test_the_window_ends_with_a_shorter_month() -> None:
    assert last_day(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert last_day(date(2026, 3, 2), 6) == date(2026, 9, 2)
    assert last_day(date(2026, 7, 15), 6) == date(2027, 1, 15)
