"""The catalogue: what the province decided is drafted, published, sent in files and ended."""

import json
from typing import Any

from tests.journeys.office_day.office import Office, send
from tests.waiting import until

RELIEF, FUNERAL, SENT, REFUSED = (f"1.99911{number}" for number in range(4))
FIELD = "Bảo trợ xã hội"
NO_FEE = {"amount": "0", "currency": "VND", "text": "Không thu phí"}


def _method(identity: str, method: str, days: str, note: str | None = None) -> dict[str, Any]:
    limit = {"value": days, "unit": "working_day"}
    row = {"id": identity, "case": None, "method": method, "limit": limit, "fees": [NO_FEE]}
    return row | ({"note": note} if note else {})


def record(code: str, name: str, *methods: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A procedure of the province's own, as it is published."""
    components = [
        ("01", "Tờ khai đề nghị hỗ trợ theo mẫu"),
        ("02", "Bản sao Giấy chứng tử hoặc trích lục khai tử"),
    ]
    return {
        "code": code,
        "name": name,
        "field": FIELD,
        "levels": ["commune"],
        "decision": "110/QĐ-UBND",
        "steps": [
            {
                "steps": [
                    "Người dân nộp hồ sơ tại Trung tâm Phục vụ hành chính công cấp xã.",
                    "Công chức kiểm tra, thẩm định hồ sơ.",
                    "Chủ tịch Ủy ban nhân dân cấp xã quyết định; người dân nhận kết quả.",
                ]
            }
        ],
        "dossier_sets": 1,
        "subjects": ["Công dân Việt Nam"],
        "competent_agency": "Ủy ban nhân dân cấp xã",
        "results": [{"name": "Quyết định hỗ trợ"}],
        "legal_grounds": [{"number": "20/2021/NĐ-CP", "name": "Nghị định về trợ giúp xã hội"}],
        "groups": [
            {
                "id": f"{code}-c01",
                "kind": "general",
                "components": [
                    {
                        "id": f"{code}-c01-{number}",
                        "name": paper,
                        "originals": 1,
                        "copies": 0,
                        "is_note": False,
                    }
                    for number, paper in components
                ],
            }
        ],
        "methods": list(methods) or [_method(f"{code}-truc-tiep", "direct", "5")],
        "valid_from": "2026-01-01",
    } | changed


async def drafted(office: Office) -> None:
    """A field is new; a draft is written, written better, published, and given a last day."""
    catalogue, name = office.catalogue, "Hỗ trợ đột xuất hộ gia đình bị thiên tai"
    online = _method(f"{RELIEF}-truc-tuyen", "online", "5")
    ways = (_method(f"{RELIEF}-truc-tiep", "direct", "5"), online)
    first = record(RELIEF, name, *ways)
    field = {"code": "G09-TX01", "ministry_code": "G09", "ministry": "Bộ Y tế"}
    await send(catalogue, "PUT", f"/v1/fields/{FIELD}", field)
    await catalogue.post("/v1/procedures", first)
    path = f"/v1/procedures/{RELIEF}/versions"
    better = first | {"requirements": "Nhà ở bị sập, trôi hoặc hư hỏng nặng do thiên tai."}
    await send(catalogue, "PUT", f"{path}/1", better)
    unknown = "Ủy ban nhân dân tỉnh chưa ban hành mẫu tờ khai điện tử."
    await catalogue.post(f"{path}/1/publication", {"incomplete_reason": unknown})
    await catalogue.post("/v1/procedures", first | {"valid_from": f"{office.now.year + 2}-01-01"})
    await catalogue.post(f"{path}/1/withdrawal", {"valid_to": f"{office.now.year + 1}-12-31"})
    slowly = _method(f"{FUNERAL}-xac-minh", "direct", "10", "Trường hợp phải xác minh.")
    name = "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội"
    funeral = record(FUNERAL, name, _method(f"{FUNERAL}-thuong", "direct", "3"), slowly)
    await catalogue.post("/v1/procedures", funeral)
    await catalogue.post(f"/v1/procedures/{FUNERAL}/versions/1/publication")


async def sent(office: Office) -> None:
    """One file is approved for publication, another one rejected."""
    catalogue = office.catalogue
    name = "Xác nhận hộ gia đình có mức sống trung bình"
    path = await _sent(office, record(SENT, name))
    chosen = {"items": [1], "incomplete_reason": "Tệp của tỉnh chưa có mẫu tờ khai."}
    await catalogue.post(f"{path}/approval", chosen)
    name = "Trợ giúp khẩn cấp về lương thực"
    path = await _sent(office, record(REFUSED, name))
    await catalogue.post(f"{path}/rejection", {"reason": "Gửi nhầm tệp danh mục của năm 2025."})


async def _sent(office: Office, procedure: dict[str, Any]) -> str:
    """A file of one record that was sent and read; where it is."""
    del procedure["valid_from"]
    answer = await office.catalogue.http.post(
        "/v1/imports/procedures",
        content=json.dumps([procedure], ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"},
        params={"file_name": f"danh-muc-{procedure['code']}.json"},
    )
    location: str = answer.raise_for_status().headers["location"]

    async def read() -> bool:
        return bool((await office.catalogue.get(f"{location}/items"))["items"])

    await until(read, seconds=30, what="the file that was sent is read")
    return location


STORIES = (drafted, sent)
