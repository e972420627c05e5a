"""Petitions: sent, taken up, asked about, answered, shown, rated, refused and passed on."""

from tests.journeys.office_day.office import AGENCY, NEIGHBOUR, PHONE, Office

PERSON = {"name": "Lê Văn Tám", "phone": PHONE, "email": "tam.le@example.vn"}
BY_PHONE = {
    "agency": AGENCY,
    "channel": "hotline",
    "text": "Hỏi mức lệ phí đăng ký khai sinh quá hạn đối với hộ nghèo.",
    "petitioner": {"name": "Đặng Thị Bích Thủy", "phone": PHONE},
}


async def answered(office: Office) -> None:
    """From what a person saw at the counter to what everybody may read of it."""
    officer, citizen = office.officer, office.citizen
    text = "Ô tiếp nhận số 2 đóng cửa lúc 16 giờ, sớm hơn giờ niêm yết."
    said = {"agency": AGENCY, "text": text, "petitioner": PERSON}
    taken = await citizen.post("/v1/petitions", said)
    kept = {"code": taken["code"], "secret": taken["secret"]}
    path = await _newest(office)
    await officer.post(f"{path}/acceptance", {"kind": "conduct"})
    await officer.post(f"{path}/question", {"note": "Xin cho biết việc xảy ra ngày nào."})
    more = {"text": "Việc xảy ra chiều thứ Sáu, ngày 20/11/2026."}
    await citizen.post("/v1/petitions:supply", kept | more)
    answer = {"answer": "Đã nhắc nhở cán bộ trực; phường xin lỗi ông.", "proved": True}
    await officer.post(f"{path}/resolution", answer)
    shown = {
        "question": "Ô tiếp nhận số 2 đóng cửa sớm hơn giờ niêm yết.",
        "answer": "Phường đã chấn chỉnh và phân công người trực thay.",
    }
    await officer.post(f"{path}/publication", shown)
    await citizen.post("/v1/petitions:rate", kept | {"level": 4})
    await citizen.post("/v1/petitions:track", kept)


async def ended_otherwise(office: Office) -> None:
    """One is refused, one passed on to the ward next door, one taken back."""
    refusal = {"note": "Nội dung đã được trả lời tại Công văn số 52/UBND-VP."}
    await office.officer.post(f"{await _recorded(office)}/refusal", refusal)
    path = await _recorded(office)
    await office.officer.post(f"{path}/acceptance", {})
    elsewhere = {"to_agency": NEIGHBOUR, "note": "Việc xảy ra tại phường Mỹ Tho."}
    await office.officer.post(f"{path}/transfer", elsewhere)
    path = await _recorded(office)
    settled = {"note": "Người gửi cho biết đã được giải thích rõ, không cần trả lời nữa."}
    await office.officer.post(f"{path}/withdrawal", settled)


async def _recorded(office: Office) -> str:
    """A petition that an officer wrote down on the telephone; its address."""
    await office.officer.post("/v1/petitions:record", BY_PHONE)
    return await _newest(office)


async def _newest(office: Office) -> str:
    listed = await office.officer.get("/v1/petitions", agency=AGENCY)
    return f"/v1/petitions/{listed['items'][0]['id']}"


STORIES = (answered, ended_otherwise)
