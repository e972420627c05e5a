"""Agencies, what they may do, their hours, and what is expected of them."""

from tests.journeys.office_day.catalogue import FUNERAL
from tests.journeys.office_day.office import AGENCY, Office, send
from tests.waiting import until

CALENDAR, ADMINISTRATIVE = "DT-MY-PHUOC-TAY", "VN-HANH-CHINH"
POINT = {
    "name": "Điểm tiếp nhận hồ sơ khu phố 5, phường Mỹ Phước Tây",
    "level": "commune",
    "kind": "reception_point",
    "parent": AGENCY,
    "valid_from": "2026-01-01",
    "address": "Nhà văn hóa khu phố 5, phường Mỹ Phước Tây, tỉnh Đồng Tháp",
    "phone": "0900000000",
}
CLEANING = {"name": "Tổng vệ sinh, sửa chữa trụ sở", "source": "Thông báo số 41/TB-UBND"}
SATURDAY = [{"start": "07:30", "end": "11:30"}]
TARGET = {
    "title": "Tỷ lệ hồ sơ trả kết quả đúng hẹn và trước hẹn",
    "formula": "on_time_share",
    "comparison": "at_least",
    "threshold": "98",
    "agency": AGENCY,
    "period_from": "2026-01-01",
    "period_to": "2026-12-31",
    "source": "Kế hoạch số 12/KH-UBND về cải cách hành chính năm 2026",
}


async def agencies(office: Office) -> None:
    """A reception point opens, and its ward is told what it receives and decides."""
    catalogue = office.catalogue
    await send(catalogue, "PUT", f"/v1/agencies/{AGENCY}.01", POINT)
    lines = [
        {"agency": AGENCY, "role": role, "valid_from": "2026-01-01"}
        for role in ("receives", "decides")
    ]
    await send(catalogue, "PUT", f"/v1/competences/{FUNERAL}", {"lines": lines})
    document = {"number": "QT-ISO-BTXH-01", "approved_on": "2026-01-05"}
    path = f"/v1/agencies/{AGENCY}/quality-documents/{FUNERAL}"
    await send(catalogue, "PUT", path, {"documents": [document]})
    path = "/v1/targets/DTHAP-2026-DUNG-HEN/versions/2026-01-01"
    await send(catalogue, "PUT", path, TARGET)


async def calendars(office: Office) -> None:
    """A ward that also works on Saturdays: looked at beforehand, published, counted by."""
    catalogue = office.catalogue
    content = {"code": CALENDAR, "version": 1, "base": ADMINISTRATIVE, "weekly": {"5": SATURDAY}}
    await catalogue.post(f"/v1/calendars/{CALENDAR}/versions", content)
    holiday = {"exceptions": {"2026-12-26": CLEANING}, "version": 2}
    await catalogue.post(f"/v1/calendars/{CALENDAR}/previews", content | holiday)
    ground = "Áp dụng lịch làm việc sáng thứ Bảy theo Thông báo số 30/TB-UBND"
    order = {"calendar": CALENDAR, "version": 1, "later_only": False, "ground": ground}

    async def ordered() -> bool:
        return (await catalogue.http.post("/v1/recalculations", json=order)).is_success

    await until(ordered, seconds=30, what="sla has heard of the calendar")


STORIES = (agencies, calendars)
