"""A linked life: procedures that are done together, agreed upon, published and used."""

from typing import Any

from tests.journeys.office_day.catalogue import FUNERAL
from tests.journeys.office_day.office import AGENCY, Office, send
from tests.waiting import until

DEATH, EXTRACT = "1.000656", "2.000635"
"""Đăng ký khai tử; cấp bản sao trích lục hộ tịch."""
GROUP: dict[str, Any] = {
    "code": "DTHAP-KHAI-TU",
    "name": "Đăng ký khai tử, cấp trích lục và hỗ trợ chi phí mai táng",
    "mode": "in_order",
    "lead_level": "commune",
    "lead_unit": "Ủy ban nhân dân cấp xã",
    "total": {"value": "6", "unit": "working_day"},
    "members": [
        {
            "id": "trich-luc",
            "name": "Cấp bản sao trích lục khai tử",
            "procedure": EXTRACT,
            "level": "commune",
            "task": "Kiểm tra sổ hộ tịch và ký trích lục",
            "limit": {"value": "1", "unit": "working_day"},
        },
        {
            "id": "mai-tang",
            "name": "Hỗ trợ chi phí mai táng",
            "procedure": FUNERAL,
            "level": "commune",
            "task": "Thẩm định và trình quyết định hỗ trợ",
            "limit": {"value": "3", "unit": "working_day"},
        },
    ],
    "decision": "Quyết định số 110/QĐ-UBND của Ủy ban nhân dân tỉnh Đồng Tháp",
}


async def linked(office: Office) -> None:
    """The group is drafted, changed and published; the second part is begun by hand."""
    drafted = await office.catalogue.post("/v1/linked-groups", GROUP)
    path = f"/v1/linked-groups/{drafted['id']}"
    sooner = GROUP | {"total": {"value": "5", "unit": "working_day"}}
    await send(office.catalogue, "PUT", path, sooner)
    await office.catalogue.post(f"{path}/publication")
    parent = await office.accepted(procedure=DEATH, papers=[])
    asked = {"group": GROUP["code"], "parts": [{"member": "trich-luc", "agency": AGENCY}]}

    async def begun() -> bool:
        answer = await office.officer.http.post(f"{parent}/children", json=asked)
        return answer.is_success

    await until(begun, seconds=30, what="intake has heard of the linked group")
    first = (await office.officer.get(f"{parent}/children"))["parts"][0]["dossier"]["code"]
    await office.officer.post(f"/v1/dossiers/{first}/resolution", {"outcome": "approved"})
    by_hand = {"agency": AGENCY, "limit_row": f"{FUNERAL}-xac-minh"}
    await office.officer.post(f"{parent}/children/mai-tang/start", by_hand)


STORIES = (linked,)
