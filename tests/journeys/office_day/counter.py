"""At the counter: dossiers come in, are asked about, wait, and end in every way."""

from shared.times import to_text
from tests.journeys.office_day.office import (
    AGENCY,
    FILING,
    OF_COPY,
    OWNER,
    PERSON,
    STATUS,
    STATUS_PAPER,
    Office,
    code_of,
    send,
)

GIVEN = {"component": STATUS_PAPER, "originals": 1, "copies": 0, "originals_held": 1}


async def questions(office: Office) -> None:
    """When would it be ready, where is it, whose is it, and is there one already?"""
    officer, citizen = office.officer, office.citizen
    asked = {"procedure": STATUS, "agency": AGENCY, "channel": "counter"}
    received = {"received_at": "2026-11-23T09:00:00+07:00"}
    await citizen.post("/v1/deadlines:simulate", received | asked)
    path = await office.filed()
    await officer.post(f"{path}/acceptance", {"case": f"{STATUS}-c01"})
    code = code_of(path)
    await citizen.post("/v1/tracking", {"code": code, "check": OWNER[-4:]})
    await officer.post("/v1/dossiers:find", {"name": "nguyen thi hoa", "agency": AGENCY})
    await officer.post("/v1/people/papers", {"identity_number": OWNER})
    await officer.post("/v1/duplicates", {"identity_number": OWNER, "procedure": STATUS})
    await send(officer, "POST", "/v1/receipts", {"codes": [code]})


async def ends(office: Office) -> None:
    """Refused, withdrawn, stopped and gone on with, wrong and recalled."""
    officer = office.officer
    ground = "Người yêu cầu thường trú tại xã khác, không thuộc thẩm quyền của phường."
    await officer.post(f"{await office.filed()}/intake-refusal", {"ground": ground})
    moved = {"ground": "Người nộp đề nghị rút hồ sơ để nộp lại tại nơi cư trú mới."}
    await officer.post(f"{await office.accepted()}/withdrawal", moved)
    stopped = await office.accepted(**OF_COPY)
    await officer.post(f"{stopped}/claim", {"unit": "Tư pháp - Hộ tịch"})
    await officer.post(f"{stopped}/steps")
    pause = {"ground": "Chờ kết luận của cơ quan điều tra.", "ended": False}
    await officer.post(f"{stopped}/stop", pause)
    await officer.post(f"{stopped}/resumption", {"ground": "Đã có kết luận của cơ quan điều tra."})
    wrong = await office.accepted()
    await officer.post(f"{wrong}/resolution", {"outcome": "approved"})
    await officer.post(f"{wrong}/recall", {"ground": "Giấy xác nhận in sai năm sinh."})
    refusal = {
        "outcome": "refused",
        "ground": "Người yêu cầu đã đăng ký kết hôn theo trích lục số 45/2019.",
    }
    await officer.post(f"{wrong}/resolution", refusal)
    proxy = {
        "way_of_return": "counter",
        "recipient": {"name": "Trần Văn Minh", "identity_number": "000090234567"},
        "identity_document": {"kind": "identity_card", "number": "000090234567"},
        "receipt_shown": True,
        "proxy_paper": "Giấy ủy quyền số 15/2026, chứng thực tại UBND phường",
    }
    await officer.post(f"{wrong}/return", proxy)


async def papers(office: Office) -> None:
    """Something lacks, is brought, and the original goes back to its owner."""
    officer = office.officer
    path = await office.accepted()
    reason = "Bản chụp căn cước bị mờ, không đọc được số và ngày cấp."
    asked = {
        "components": [{"id": STATUS_PAPER, "reason": reason}],
        "contact_officer": "can-bo-hoa",
    }
    await officer.post(f"{path}/supplement-requests", asked)
    await officer.post(f"{path}/supplements", {"papers": [GIVEN]})
    back = {
        "items": [{"component": STATUS_PAPER, "count": 1}],
        "identity_document": {"kind": "identity_card", "number": OWNER},
    }
    await officer.post(f"{path}/originals-returns", back)


async def lent_codes(office: Office) -> None:
    """The network fails; what was received meanwhile is filed under codes that were lent."""
    block = await office.officer.post("/v1/code-blocks", {"agency": AGENCY, "count": 10})
    received = {
        "code": block["free"][0],
        "received_at": to_text(office.now),
        "filing": FILING | {"note": "Tiếp nhận khi mất kết nối mạng."},
    }
    await office.officer.post(f"/v1/code-blocks/{block['id']}/dossiers", received)


async def batch(office: Office) -> None:
    """The post office sends what it took in that morning."""
    filing = FILING | {
        "channel": "postal",
        "way_of_return": "post",
        "hand_over": {"signed_at": to_text(office.now)},
    }
    items = [{"key": "BC260001", "filing": filing}]
    await office.post.post("/v1/dossiers:batch", {"items": items})


async def draft(office: Office) -> None:
    """A person begins at home and goes on later."""
    content = {"procedure": STATUS, "applicant": PERSON}
    begun = await office.citizen.post("/v1/drafts", {"content": content})
    await send(office.citizen, "PUT", f"/v1/drafts/{begun['id']}", {"content": FILING})


STORIES = (questions, ends, papers, lent_codes, batch, draft)
