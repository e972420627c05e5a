"""A day at one agency, told through the door: what the document's examples are taken from."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from deploy.door import Door
from shared.clock import present
from shared.identity import Role
from shared.times import to_text
from tests.waiting import until

AGENCY, NEIGHBOUR = "H20.110", "H20.111"
OWNER = "000190123456"
PERSON = {"name": "Nguyễn Thị Hoa", "identity_number": OWNER, "phone": "0900000110"}
FILING = {
    "procedure": "2.000908",
    "agency": AGENCY,
    "channel": "counter",
    "way_of_return": "counter",
    "applicant": PERSON,
}
MOVED_AWAY = "Người nộp đề nghị rút để nộp lại."
Story = Callable[["Office"], Any]


@dataclass
class Office:
    """Who is there that day."""

    officer: Door
    neighbour: Door
    citizen: Door
    post: Door
    portal: Door
    operator: Door
    catalogue: Door

    async def accepted(self) -> str:
        """A new dossier that was accepted; its address."""
        path = await self.filed()
        await self.officer.post(f"{path}/acceptance")
        return path

    async def filed(self) -> str:
        """A new dossier; its address."""
        dossier = await self.officer.post("/v1/dossiers", FILING)
        return f"/v1/dossiers/{dossier['code']}"


async def tell() -> None:
    """Let the whole day pass."""
    async with AsyncExitStack() as stack:

        async def enter(*roles: Role, agencies: tuple[str, ...], subject: str) -> Door:
            return await stack.enter_async_context(Door(*roles, agencies=agencies, subject=subject))

        officers = (Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.REPORTER)
        office = Office(
            officer=await enter(*officers, agencies=("H20",), subject="can-bo-hoa"),
            neighbour=await enter(*officers, agencies=(NEIGHBOUR,), subject="can-bo-lan"),
            citizen=await enter(Role.CITIZEN, agencies=(), subject=OWNER),
            post=await enter(Role.POSTAL, agencies=("*",), subject="buu-cuc"),
            portal=await enter(Role.PORTAL, agencies=("*",), subject="cong"),
            operator=await enter(Role.OPERATOR, agencies=("H20",), subject="van-hanh"),
            catalogue=await enter(Role.CATALOGUE, agencies=("*",), subject="danh-muc"),
        )
        for story in STORIES:
            await story(office)


async def _questions(office: Office) -> None:
    await office.citizen.post(
        "/v1/deadlines:simulate",
        {
            "received_at": "2026-11-23T09:00:00+07:00",
            "procedure": "2.000908",
            "agency": AGENCY,
            "channel": "counter",
        },
    )
    path = await office.accepted()
    code = path.rpartition("/")[2]
    await office.citizen.post("/v1/tracking", {"code": code, "check": OWNER[-4:]})
    await office.officer.post("/v1/dossiers:find", {"name": "nguyen thi hoa", "agency": AGENCY})
    await office.officer.post("/v1/people/papers", {"identity_number": OWNER})
    await office.officer.post("/v1/duplicates", {"identity_number": OWNER, "procedure": "2.000908"})
    await office.officer.http.post("/v1/receipts", json={"codes": [code]})


async def _ends(office: Office) -> None:
    refused = await office.filed()
    ground = "Thủ tục không thuộc thẩm quyền giải quyết của xã."
    await office.officer.post(f"{refused}/intake-refusal", {"ground": ground})
    withdrawn = await office.accepted()
    await office.officer.post(f"{withdrawn}/withdrawal", {"ground": MOVED_AWAY})
    stopped = await office.accepted()
    await office.officer.post(f"{stopped}/claim")
    await office.officer.post(f"{stopped}/steps")
    pause = {"ground": "Chờ kết luận của cơ quan điều tra.", "ended": False}
    await office.officer.post(f"{stopped}/stop", pause)
    await office.officer.post(f"{stopped}/resumption", {"ground": "Đã có kết luận."})


async def _money(office: Office) -> None:
    path = await office.accepted()
    fees = {
        "kind": "fee",
        "name": "Phí cấp bản sao",
        "amount": 8000,
        "ground": "TT 226/2016/TT-BTC",
    }
    await office.officer.post(f"{path}/fee-demands", {"lines": [fees]})
    await office.officer.post(
        f"{path}/fee-demands/1/cancellation", {"ground": "Người nộp được miễn phí."}
    )
    await office.officer.post(f"{path}/claim")
    await office.officer.post(f"{path}/steps")
    duty = {"amount": 3_000_000, "reason": "Tiền sử dụng đất theo thông báo của cơ quan thuế"}
    await office.officer.post(f"{path}/payment-demand", duty)


async def _batch(office: Office) -> None:
    filing = FILING | {
        "channel": "postal",
        "way_of_return": "post",
        "hand_over": {"signed_at": to_text(present())},
    }
    await office.post.post("/v1/dossiers:batch", {"items": [{"key": "BC260001", "filing": filing}]})


async def _draft(office: Office) -> None:
    draft = await office.citizen.post("/v1/drafts", {"content": {"procedure": "2.000908"}})
    path = f"/v1/drafts/{draft['id']}"
    (await office.citizen.http.put(path, json={"content": FILING})).raise_for_status()


async def _petitions(office: Office) -> None:
    person = {"name": "Lê Văn Tám", "phone": "0900000112"}
    said = {"agency": AGENCY, "text": "Ô tiếp nhận số 2 đóng trước giờ.", "petitioner": person}
    taken = await office.citizen.post("/v1/petitions", said)
    kept = {"code": taken["code"], "secret": taken["secret"]}
    path = await _petition(office)
    await office.officer.post(f"{path}/acceptance", {"kind": "conduct"})
    await office.officer.post(f"{path}/question", {"note": "Xin cho biết việc xảy ra ngày nào."})
    await office.citizen.post("/v1/petitions:supply", kept | {"text": "Ngày 20/11, lúc 16 giờ."})
    answer = {"answer": "Đã nhắc nhở cán bộ trực; xin lỗi ông.", "proved": True}
    await office.officer.post(f"{path}/resolution", answer)
    shown = {"question": "Ô số 2 đóng sớm.", "answer": "Đã chấn chỉnh."}
    await office.officer.post(f"{path}/publication", shown)
    await office.citizen.post("/v1/petitions:rate", kept | {"level": 4})
    await office.citizen.post("/v1/petitions:track", kept)
    by_phone = {"agency": AGENCY, "channel": "hotline", "text": "Hỏi về lệ phí khai sinh."}
    await office.officer.post("/v1/petitions:record", by_phone)
    refusal = {"note": "Nội dung đã được trả lời trước đây."}
    await office.officer.post(f"{await _petition(office)}/refusal", refusal)
    await office.officer.post("/v1/petitions:record", by_phone)
    elsewhere = {"to_agency": NEIGHBOUR, "note": "Việc xảy ra tại xã bên cạnh."}
    path = await _petition(office)
    await office.officer.post(f"{path}/acceptance", {})
    await office.officer.post(f"{path}/transfer", elsewhere)


async def _petition(office: Office) -> str:
    """The newest petition's address."""
    listed = await office.officer.get("/v1/petitions", agency=AGENCY)
    return f"/v1/petitions/{listed['items'][0]['id']}"


async def _portal(office: Office) -> None:
    site = {"code": "xa-110.vn", "name": "Trang của xã", "agency": AGENCY}
    await office.operator.post("/v1/sites", site)
    visitor = (await office.citizen.post("/v1/visitors"))["visitor"]
    key = {"site": site["code"], "visitor": visitor}

    async def counted() -> bool:
        return (await office.citizen.http.post("/v1/visits", json=key)).is_success

    await until(counted, seconds=30, what="the counters know the new site")
    words = {"vi": "Trang có dễ dùng không?", "en": "Is this site easy to use?"}
    options = [
        {"id": "co", "words": {"vi": "Có", "en": "Yes"}},
        {"id": "khong", "words": {"vi": "Không", "en": "No"}},
    ]
    asked = {"agency": AGENCY, "site": site["code"], "question": words, "options": options}
    poll = await office.operator.post("/v1/polls", asked)
    vote = {"option": "co", "visitor": visitor}
    voted = await office.citizen.http.post(f"/v1/polls/{poll['id']}/votes", json=vote)
    voted.raise_for_status()


async def _followers(office: Office) -> None:
    wanted = {
        "url": "https://cong.example.vn/su-kien",
        "types": ["dossier.accepted.v1", "dossier.resolved.v1"],
        "agencies": ["H20"],
        "notify": "truc@cong.example.vn",
    }
    webhook = await office.portal.post("/v1/webhooks", wanted)
    path = f"/v1/webhooks/{webhook['id']}"
    changed = {"types": ["dossier.accepted.v1"]}
    anyway = {"If-Match": "*"}
    (await office.portal.http.patch(path, json=changed, headers=anyway)).raise_for_status()
    await office.portal.post(f"{path}/secrets", {"overlap_hours": 24})
    again = await office.portal.http.post(f"{path}/replays", json={"after": None})
    again.raise_for_status()
    (await office.portal.http.delete(path)).raise_for_status()


STORIES: tuple[Story, ...] = (
    *(_questions, _ends, _money, _batch, _draft, _petitions, _portal, _followers),
)
