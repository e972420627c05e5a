"""Officers who come to people's homes: when they can, when they shall, and what came of it."""

from datetime import timedelta

from shared.clock import present
from shared.times import to_text, to_vietnam
from tests.journeys.office_day.office import AGENCY, FILING, OWNER, PHONE, Office
from tests.waiting import until

PERSON = {
    "name": "Võ Thị Ngọc Lan",
    "phone": PHONE,
    "address": "Số 7, khu phố 1, phường Mỹ Phước Tây",
    "identity_number": OWNER,
}


async def visits(office: Office) -> None:
    """One visit is moved and called off, another one made, and its dossier named."""
    officer, today = office.officer, office.now.date()
    first_on = today + timedelta(days=1)
    given = {"agency": AGENCY, "first_on": str(first_on), "last_on": str(today + timedelta(9))}
    windows = [{"start": "08:00", "end": "11:00"}, {"start": "13:30", "end": "16:30"}]
    whole = {"officer": "can-bo-hoa", "windows": windows}
    await officer.post("/v1/home-availabilities", given | whole)
    slots = await officer.get("/v1/home-slots", agency=AGENCY, on=str(first_on), days="9")
    booking: dict[str, object] = {"agency": AGENCY, "purpose": "collect", "person": PERSON}
    path = await _booked(office, booking | {"starts_at": slots[0]["starts_at"]})
    later = {"starts_at": slots[2]["starts_at"], "ground": "Người dân bận việc gia đình."}
    await officer.post(f"{path}/moves", later)
    await officer.post(f"{path}/cancellation", {"ground": "Người dân đã tự đến nộp tại quầy."})
    await _made(office, booking)


async def _made(office: Office, booking: dict[str, object]) -> None:
    """A visit that begins in some seconds, by an officer who is there day and night."""
    starts_at = to_vietnam(present()).replace(microsecond=0) + timedelta(seconds=2)
    hours = {"officer": "can-bo-phuoc", "windows": [{"start": "00:00", "end": "23:59"}]}
    days = {"first_on": str(starts_at.date()), "last_on": str(starts_at.date())}
    await office.officer.post("/v1/home-availabilities", {"agency": AGENCY} | days | hours)
    when = {"starts_at": to_text(starts_at), "minutes": 15, "officer": "can-bo-phuoc"}
    path = await _booked(office, booking | when)
    said = {"outcome": "done", "note": "Đã hướng dẫn và nhận đủ giấy tờ tại nhà."}

    async def begun() -> bool:
        answer = await office.officer.http.post(f"{path}/outcome", json=said)
        return answer.is_success

    await until(begun, seconds=30, what="the visit has begun")
    dossier = await office.officer.post("/v1/dossiers", FILING | {"channel": "home"})
    await office.officer.post(f"{path}/dossier", {"dossier": dossier["code"]})


async def _booked(office: Office, booking: dict[str, object]) -> str:
    made = await office.officer.post("/v1/home-bookings", booking)
    return f"/v1/home-bookings/{made['id']}"


STORIES = (visits,)
