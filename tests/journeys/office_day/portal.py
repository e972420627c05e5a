"""The portal: its visitors, a poll on its page, and the events that it follows."""

from tests.journeys.office_day.office import AGENCY, Office, send
from tests.waiting import until

ANYWAY = {"If-Match": "*"}


async def visits(office: Office) -> None:
    """The ward's page counts its visitors and asks them something."""
    site = {
        "code": "myphuoctay.example.vn",
        "name": "Trang thông tin điện tử phường Mỹ Phước Tây",
        "agency": AGENCY,
    }
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
    await send(office.citizen, "POST", f"/v1/polls/{poll['id']}/votes", vote)


async def followers(office: Office) -> None:
    """The province's portal follows what becomes of dossiers."""
    wanted = {
        "url": "https://cong.example.vn/su-kien",
        "description": "Cổng Dịch vụ công tỉnh Đồng Tháp",
        "types": ["dossier.accepted.v1", "dossier.resolved.v1"],
        "agencies": ["H20"],
        "notify": "truc@cong.example.vn",
    }
    webhook = await office.portal.post("/v1/webhooks", wanted)
    path = f"/v1/webhooks/{webhook['id']}"
    await send(office.portal, "PATCH", path, {"types": ["dossier.accepted.v1"]}, **ANYWAY)
    await office.portal.post(f"{path}/secrets", {"overlap_hours": 24})
    await send(office.portal, "POST", f"{path}/replays", {"after": None})
    (await office.portal.http.delete(path)).raise_for_status()


STORIES = (visits, followers)
