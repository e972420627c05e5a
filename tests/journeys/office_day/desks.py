"""From desk to desk and from house to house: steps, opinions, transfers."""

from datetime import timedelta

from shared.times import to_text
from tests.journeys.office_day.office import DEPARTMENT, NEIGHBOUR, OF_COPY, Office


async def steps(office: Office) -> None:
    """The head gives a step to an officer, who confirms it and hands the dossier on."""
    path = await office.accepted(**OF_COPY)
    given = {
        "officer": "can-bo-phuoc",
        "unit": "Tư pháp - Hộ tịch",
        "ground": "Cán bộ phụ trách nghỉ phép.",
    }
    held = (await office.officer.get(f"{path}/steps"))["open"]
    await office.officer.post(f"{path}/assignment", given)
    await office.colleague.post(f"{path}/confirmation", {"step": held[0]["step"]})
    await office.colleague.post(f"{path}/steps")


async def opinions(office: Office) -> None:
    """A department is asked, and answers in time."""
    path = await office.accepted()
    asked = {
        "agency": DEPARTMENT,
        "question": "Công dân đã đăng ký kết hôn khi thường trú tại nơi khác trong tỉnh hay chưa?",
        "due_at": to_text((office.now + timedelta(hours=2)).replace(second=0, microsecond=0)),
    }
    await office.officer.post(f"{path}/opinions", asked)
    said = {"answer": "Cơ sở dữ liệu hộ tịch của tỉnh không có thông tin kết hôn của công dân."}
    await office.neighbour.post(f"{path}/opinions/1/answer", said)
    done = {
        "name": "Thẩm định hồ sơ",
        "unit": "Tư pháp - Hộ tịch",
        "officer": "can-bo-hoa",
        "next_unit": "Lãnh đạo Ủy ban nhân dân phường",
        "next_officer": "can-bo-phuoc",
    }
    await office.officer.post(f"{path}/steps", done)


async def transfers(office: Office) -> None:
    """Received for another ward, sent to it, and received there."""
    path = await office.filed(**OF_COPY)
    onward = {"to_agency": NEIGHBOUR, "ground": "Sổ gốc được lưu tại phường Mỹ Tho."}
    await office.officer.post(f"{path}/transfers", onward | {"kind": "competence"})
    await office.neighbour.post(f"{path}/transfers/1/receipt", {"complete": True})


STORIES = (steps, opinions, transfers)
