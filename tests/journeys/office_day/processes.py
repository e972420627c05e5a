"""Processes: who does what in which time, drafted, changed, and carried to another version."""

from typing import Any

from tests.journeys.office_day.catalogue import RELIEF
from tests.journeys.office_day.office import AGENCY, Office, send


def _step(identity: str, name: str, role: str, hours: int | None, **more: Any) -> dict[str, Any]:
    limit = None if hours is None else {"value": str(hours), "unit": "hour"}
    return {"id": identity, "name": name, "role": role, "limit": limit} | more


PROCESS: dict[str, Any] = {
    "number": "QT-BTXH-01",
    "procedure": RELIEF,
    "version": 1,
    "agency": AGENCY,
    "decision": "25/QĐ-UBND",
    "steps": [
        _step("tiep-nhan", "Tiếp nhận hồ sơ", "counter_officer", 4, kind="receive"),
        _step("tham-dinh", "Thẩm định tại nơi cư trú", "specialist", 28, unit="Văn hóa - Xã hội"),
        _step("ky", "Ký quyết định hỗ trợ", "agency_leader", 8),
        _step("tra", "Trả kết quả", "return_officer", None, kind="return"),
    ],
}


async def processes(office: Office) -> None:
    """A process of the ward: written, written better, carried over."""
    catalogue = office.catalogue
    drafted = await catalogue.post("/v1/processes", PROCESS)
    path = f"/v1/processes/{drafted['id']}"
    note = {"note": "Thẩm định cùng trưởng khu phố."}
    await send(catalogue, "PUT", path, PROCESS | note)
    await catalogue.post(f"{path}/copies", {"version": 2, "number": "QT-BTXH-02"})


STORIES = (processes,)
