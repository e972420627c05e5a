"""Schemes that judge agencies: published, fed from outside, and scored by hand."""

from datetime import timedelta
from typing import Any

from tests.journeys.office_day.office import AGENCY, Office, send

SCHEME = "DTHAP-2026"
CRITERIA: list[dict[str, Any]] = [
    {
        "code": "DUNG-HAN",
        "group": "TIEN-DO",
        "title": "Hồ sơ giải quyết đúng hạn và trước hạn",
        "maximum": "20",
        "formula": "Số hồ sơ có kết quả đúng hạn, trước hạn / số hồ sơ có kết quả",
        "full_at": "0.98",
    },
    {
        "code": "TUYEN-TRUYEN",
        "group": "CONG-KHAI",
        "title": "Tuyên truyền dịch vụ công trực tuyến tại khu phố, ấp",
        "maximum": "10",
        "formula": "Số khu phố, ấp đã tuyên truyền / tổng số khu phố, ấp",
    },
]


async def schemes(office: Office) -> None:
    """The province has a scheme of its own; a ward enters what no system counts."""
    scheme = {
        "title": "Bộ chỉ số phục vụ người dân, doanh nghiệp của tỉnh Đồng Tháp năm 2026",
        "source": "Quyết định số 766/QĐ-TTg; Kế hoạch số 12/KH-UBND của tỉnh",
        "groups": [
            {"code": "TIEN-DO", "title": "Tiến độ giải quyết"},
            {"code": "CONG-KHAI", "title": "Công khai, minh bạch"},
        ],
        "criteria": CRITERIA,
        "classes": [
            {"name": "Tốt", "points": "24"},
            {"name": "Khá", "points": "18"},
            {"name": "Trung bình", "points": "0"},
        ],
    }
    await send(office.government, "PUT", f"/v1/indices/{SCHEME}", scheme)
    today = office.now.date()
    entry = {
        "component": "TUYEN-TRUYEN",
        "agency": AGENCY,
        "period": {"first": str(today - timedelta(days=60)), "last": str(today)},
        "numerator": 9,
        "denominator": 11,
        "evidence": "Báo cáo số 87/BC-UBND của phường Mỹ Phước Tây",
    }
    await send(office.operator, "PUT", f"/v1/indices/{SCHEME}/entries", entry)


async def nine(office: Office) -> None:
    """A ward scores itself by one of the nine indices of the circular."""
    scored = {
        "agency": AGENCY,
        "year": office.now.year,
        "quarter": (office.now.month + 2) // 3,
        "index": 9,
        "kind": "self",
        "points": 2,
        "reason": "Mọi phản ánh, kiến nghị trong quý đều được trả lời đúng hạn.",
    }
    await office.officer.post("/v1/surveys/indices/entries", scored)


STORIES = (schemes, nine)
