"""What is late: limits made longer, warnings, causes, letters of apology, reports."""

from datetime import timedelta
from typing import Any

import orjson

from shared.clock import present
from shared.times import to_text
from tests.journeys.office_day.office import AGENCY, OWNER, PERSON, STATUS, Office, code_of, send

LATE = f"{AGENCY}-260302-0111"
FLOOD = "mua_lu"


async def warnings(office: Office) -> None:
    """A limit is made longer before it ends, and whoever is near it is warned."""
    code = code_of(await office.accepted())
    await office.officer.until(f"/v1/clocks/{code}", lambda clock: clock["due_at"] is not None)
    more = {"days": 1, "ground": "Phải xác minh tình trạng hôn nhân tại nơi cư trú trước đây."}
    await office.officer.post(f"/v1/clocks/{code}/extensions", more)
    rungs = [
        {"rung": "sap_den_han", "rank": "officer", "used_percent": 70},
        {"rung": "con_bon_gio", "rank": "unit_head", "left_hours": 4},
    ]
    tomorrow = str(office.now.date() + timedelta(days=1))
    ladder = {"agency": AGENCY, "effective_from": tomorrow, "rungs": rungs}
    await send(office.officer, "PUT", "/v1/alarm-ladders", ladder)
    await office.officer.until(
        "/v1/tracking-books",
        lambda found: any(book["field"] == "Hộ tịch" for book in found["items"]),
        agency=AGENCY,
    )
    pages = {"people": {code: f"{PERSON['name']}, {PERSON['address']}"}, "first": 1, "last": 100}
    path = f"/v1/tracking-books/{AGENCY}/Hộ tịch/{office.now.year}/print"
    await send(office.officer, "POST", path, pages)


async def apologies(office: Office) -> None:
    """A dossier of the former system is late: why, what is written, and who received it."""
    officer = office.officer
    await _taken_over(office)
    name = {"name": "Mưa lũ kéo dài, không đi xác minh được"}
    await send(officer, "PUT", f"/v1/lateness-causes/{AGENCY}/{FLOOD}", name)
    await send(officer, "PUT", f"/v1/clocks/{LATE}/lateness-cause", {"cause": FLOOD})
    letter = (await officer.post("/v1/apologies", {"dossier": LATE}))["id"]
    path = f"/v1/apologies/{letter}"
    shown = await officer.get(path)
    written = {
        "addressee": {
            "name": PERSON["name"],
            "identity_number": OWNER,
            "phone": PERSON["phone"],
            "email": PERSON["email"],
            "address": PERSON["address"],
        },
        "reason": "Đường vào khu phố 3 bị ngập nên công chức chưa đi xác minh được.",
        "cause": FLOOD,
        "promised_at": shown["suggested_at"],
    }
    await send(officer, "PATCH", path, written)
    await officer.post(f"{path}/submission")
    await officer.post(f"{path}/rejection", {"ground": "Cần nêu rõ ngày đi xác minh lại."})
    await officer.post(f"{path}/submission")
    signer = {"signer": "Lê Thị Thu Hà", "signer_title": "Chủ tịch Ủy ban nhân dân phường"}
    await officer.post(f"{path}/approval", signer)
    await officer.post(f"{path}/sendings", {"channel": "email"})
    received = {
        "channel": "counter",
        "delivered_at": to_text(present()),
        "received_by": PERSON["name"],
        "note": "Người dân nhận thư tại quầy số 2.",
    }
    await officer.post(f"{path}/delivery", received)


async def registers(office: Office) -> None:
    """A mistake is registered, and the month's report handed in."""
    mistake = {
        "kind": "error",
        "agency": AGENCY,
        "found_on": str(office.now.date()),
        "what": "Ghi sai ngày tháng năm sinh trên giấy xác nhận đã trả.",
    }
    await office.officer.post("/v1/incidents", mistake)
    ended = office.now.date().replace(day=1) - timedelta(days=1)
    period = {"first": str(ended.replace(day=1)), "last": str(ended)}
    report = {"form": "II.06a", "period": period, "agency": AGENCY}
    await office.officer.post("/v1/reports/submitted", report)


async def _taken_over(office: Office) -> None:
    """A dossier from before, that was accepted long ago and has no result yet."""
    long_ago = to_text(office.now - timedelta(days=40))
    line: dict[str, Any] = {
        "code": LATE,
        "procedure": STATUS,
        "agency": AGENCY,
        "channel": "counter",
        "applicant": PERSON,
        "filed_at": long_ago,
        "life": [{"action": "accept", "at": long_ago}],
    }
    taken = await office.operator.http.post(
        "/v1/imports/dossiers",
        params={"batch": "my-phuoc-tay-2026"},
        content=orjson.dumps(line),
        headers={"Content-Type": "application/x-ndjson"},
    )
    if taken.raise_for_status().json()["imported"] != 1:
        raise RuntimeError(f"history not taken: {taken.text}")
    await office.officer.until(f"/v1/clocks/{LATE}", lambda clock: clock["due_at"] is not None)


STORIES = (warnings, apologies, registers)
