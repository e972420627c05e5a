"""What people say of the service: slips on the phone, on paper, at a kiosk, and odd ones."""

from datetime import timedelta
from typing import Any

from tests.journeys.office_day.office import AGENCY, PERSON, Office, code_of

INSTRUMENT = "DTHAP-PHIEU-2026"
TYPED_MAX = 16
"""More than can be believed of one minute, even if a new minute begins meanwhile."""


def _words(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


OVERALL = (("satisfied", "Hài lòng", "Satisfied"), ("not_satisfied", "Chưa hài lòng", "Not yet"))
ASKED: dict[str, Any] = {
    "code": INSTRUMENT,
    "agency": "H20",
    "name": _words("Phiếu khảo sát sự hài lòng của tỉnh Đồng Tháp", "Satisfaction survey"),
    "legal_ground": "Kế hoạch số 12/KH-UBND của Ủy ban nhân dân tỉnh Đồng Tháp",
    "answer_within_days": 15,
    "questions": [
        {
            "id": "overall",
            "kind": "scale",
            "content": "satisfaction",
            "text": _words("Ông/bà có hài lòng không?", "Are you satisfied?"),
            "options": [
                {"id": name, "text": _words(vi, en), "level": 2 - place, "satisfied": not place}
                for place, (name, vi, en) in enumerate(OVERALL)
            ],
        },
        {
            "id": "waited",
            "kind": "number",
            "least": 0,
            "most": 480,
            "text": _words("Ông/bà chờ bao nhiêu phút?", "How many minutes did you wait?"),
        },
        {
            "id": "said",
            "kind": "text",
            "required": False,
            "most": 500,
            "text": _words("Ý kiến khác", "Anything else?"),
        },
    ],
}
GOOD = {"overall": "satisfied", "waited": 10}
REMARK = "Cán bộ hướng dẫn tận tình; nên có thêm ghế chờ."


async def asking(office: Office) -> None:
    """The province has its own slip; from today on the ward asks by it."""
    await office.catalogue.post("/v1/instruments", ASKED)
    await office.catalogue.post(f"/v1/instruments/{INSTRUMENT}:publish")
    today = str(office.now.date())
    rule = {"agency": AGENCY, "valid_from": today, "ground": ASKED["legal_ground"]}
    returned = {"trigger": "returned", "instrument": INSTRUMENT, "answer_within_days": 15}
    await office.officer.post("/v1/surveys/occasions", rule | returned)
    accepted = {"trigger": "accepted", "channel": "kiosk"}
    occasion = await office.officer.post("/v1/surveys/occasions", rule | accepted)
    last = {"valid_to": str(office.now.date() + timedelta(days=30))}
    await office.officer.post(f"/v1/surveys/occasions/{occasion['id']}:end", last)


async def answers(office: Office) -> None:
    """A link is sent; one person answers by a link, one at the kiosk, one on paper."""
    officer, path = office.officer, f"/v1/surveys/invitations/{await _invited(office)}"
    await officer.post(f"{path}/sendings", {"carrier": "email", "to": PERSON["email"]})
    link = await _handed(office)
    await office.citizen.post(link, {"choices": GOOD | {"said": REMARK}})
    queue = await officer.get("/v1/surveys/remarks/queue")
    remark = f"/v1/surveys/remarks/{queue['items'][0]['id']}"
    await officer.post(f"{remark}/decision", {"show": True})
    await _at_the_kiosk(office)
    await _record(office, {"overall": "not_satisfied", "waited": 45}, "paper")


async def samples(office: Office) -> None:
    """Whom to ask by telephone, drawn so that everybody can draw it again."""
    today = office.now.date()
    drawn = {
        "title": "Khảo sát qua điện thoại quý IV/2026",
        "agency": AGENCY,
        "from": str(today - timedelta(days=30)),
        "to": str(today),
        "strata": ["procedure"],
        "size": 5,
        "seed": "quy-4-2026",
    }
    await office.officer.post("/v1/samples", drawn)


async def suspicions(office: Office) -> None:
    """So many slips are typed in one minute that somebody above has to decide on them."""
    found: list[dict[str, Any]] = []
    for _ in range(TYPED_MAX):
        await _record(office, GOOD, "call")
        found = (await office.officer.get("/v1/surveys/suspicions", agency=AGENCY))["items"]
        if found:
            break
    ground = "Nhân viên nhập dồn phiếu gọi điện của cả buổi sáng; đã đối chiếu ghi âm."
    path = f"/v1/surveys/suspicions/{found[0]['id']}/decision"
    await office.officer.post(path, {"count": True, "ground": ground})


async def _invited(office: Office) -> str:
    """The invitation of a dossier whose result was just handed over."""
    code = code_of(await office.returned())
    found = await office.officer.until(
        "/v1/surveys/invitations", lambda answer: answer["items"], dossier=code
    )
    return str(found["items"][0]["id"])


async def _handed(office: Office) -> str:
    """The link of a slip that an officer handed out."""
    path = f"/v1/surveys/invitations/{await _invited(office)}/handing"
    return str((await office.officer.post(path))["link"])


async def _at_the_kiosk(office: Office) -> None:
    named = {"agency": AGENCY, "name": "Máy đánh giá tại sảnh tiếp dân"}
    kiosk = await office.operator.post("/v1/kiosks", named)
    invitation = await _invited(office)
    code = (await office.officer.post(f"/v1/surveys/invitations/{invitation}/codes"))["code"]
    path, key = f"/v1/kiosks/{kiosk['id']}", {"secret": kiosk["secret"]}
    opened = await office.citizen.post(f"{path}:open", key | {"code": code})
    filled = {"token": opened["token"], "choices": GOOD}
    await office.citizen.post(f"{path}:answer", key | filled)


async def _record(office: Office, choices: dict[str, Any], collected: str) -> None:
    """Type a slip in, by the token that was printed on it."""
    token = (await _handed(office)).rpartition("/")[2]
    slip = {"token": token, "choices": choices, "collected": collected}
    await office.officer.post("/v1/surveys/slips:record", slip)


STORIES = (asking, answers, samples, suspicions)
