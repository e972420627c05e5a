"""The post: orders, records of what was handed over, money, and complaints."""

from datetime import timedelta
from typing import Any

from shared.times import to_text
from tests.journeys.office_day.office import (
    AGENCY,
    FILING,
    PERSON,
    PHONE,
    STATUS_PAPER,
    Office,
    code_of,
)

CARRIER, PARCEL, RESULT = "vnpost", "DT260001", "DT260002"
WARD = {
    "Name": "Trung tâm Phục vụ hành chính công phường Mỹ Phước Tây",
    "Address": "Số 1, khu phố 2, phường Mỹ Phước Tây, tỉnh Đồng Tháp",
    "Tel": PHONE,
    "Province": "Đồng Tháp",
}
HOME = {
    "Name": PERSON["name"],
    "Address": PERSON["address"],
    "Tel": PHONE,
    "Province": "Đồng Tháp",
}


def _order(number: str, sender: dict[str, str], receiver: dict[str, str]) -> dict[str, Any]:
    sent = {f"sender{name}": value for name, value in sender.items()}
    received = {f"receiver{name}": value for name, value in receiver.items()}
    return {"orderNumber": number} | sent | received


async def collected(office: Office) -> None:
    """Papers are fetched at home, handed over at the counter, and the money comes after."""
    order = _order(PARCEL, HOME, WARD) | {
        "codAmount": 30_000,
        "senderDesc": "Hồ sơ đề nghị cấp Giấy xác nhận tình trạng hôn nhân",
    }
    ordered = {"carrier": CARRIER, "direction": "collect", "agency": AGENCY, "order": order}
    made = await office.post.post("/v1/postal/orders", ordered)
    await office.post.post("/v1/postal/handovers", _handover(office))
    remitted = {
        "carrier": CARRIER,
        "agency": AGENCY,
        "number": "BK-2026-110",
        "remitted_at": to_text(office.now - timedelta(minutes=1)),
        "items": [{"order_number": PARCEL, "amount": 30_000}],
    }
    await office.post.post("/v1/postal/remittances", remitted)
    said = "Bì thư bị rách, bản sao trích lục ly hôn bị ướt."
    path = f"/v1/postal/orders/{made['id']}/complaints"
    complaint = await office.post.post(path, {"kind": "damaged", "said": said})
    answer = {
        "outcome": "upheld",
        "answer": "Bưu điện nhận lỗi và chịu phí cấp lại bản sao.",
        "compensation": 50_000,
    }
    await office.post.post(f"/v1/postal/complaints/{complaint['id']}/answer", answer)


async def on_its_way(office: Office) -> str:
    """A result that is sent home; the number of its order."""
    dossier = code_of(await office.accepted(way_of_return="post"))
    await office.officer.post(f"/v1/dossiers/{dossier}/resolution", {"outcome": "approved"})
    order = _order(RESULT, WARD, HOME)
    ordered = {"carrier": CARRIER, "direction": "deliver", "dossier": dossier, "order": order}
    await office.post.post("/v1/postal/orders", ordered)
    return RESULT


def _handover(office: Office) -> dict[str, Any]:
    papers = [{"component": STATUS_PAPER, "originals": 1, "copies": 1}]
    filing = {name: FILING[name] for name in ("procedure", "agency", "applicant")}
    return {
        "agency": AGENCY,
        "carrier": CARRIER,
        "signed_at": to_text(office.now - timedelta(minutes=1)),
        "signed_for_carrier": "Phạm Quốc Bảo",
        "signed_for_agency": "Nguyễn Hữu Phước",
        "items": [{"order_number": PARCEL, "papers": papers, "filing": filing}],
    }


STORIES = (collected,)
