"""What leaves the house by feed and webhook: every fact of a life, and nobody's name or number."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.identity import Role
from tests.gateway.following.receiver import Receiver
from tests.gateway.upstreams import serving
from tests.waiting import until

AGENCY, PROCEDURE = "H20.107", "2.000908"
NUMBER, PHONE, MAIL = "087299112233", "0909112244", "ke.truy@example.vn"
PERSONAL = (NUMBER, PHONE, MAIL, "Truy Thị Kế", "Lê Văn Nhận Hộ", "087211998877", "Ngõ Bí Mật")


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    answering = Receiver()
    async with serving(answering) as url:
        yield answering, url


async def test_feed_and_webhooks_tell_a_life_and_nothing_personal(
    doors: Any, receiver: tuple[Receiver, str]
) -> None:
    answering, url = receiver
    portal = await doors(Role.PORTAL, subject="cong-dich-vu-cong")
    made = await portal.post("/v1/webhooks", {"url": url, "agencies": [AGENCY]})
    dossier = await _a_life(doors)

    def arrived() -> bool:
        return f'"{dossier}"' in str([one.body for one in answering.accepted]) and any(
            one.event["type"] == "dossier.returned.v1" for one in answering.accepted
        )

    await until(arrived, seconds=30, what="the return is told")
    told = await _whole_feed(portal)
    for word in PERSONAL:
        for body in (*told, *(one.body.decode() for one in answering.received)):
            assert word not in body
    assert all(one.is_signed_by(made["secret"]) for one in answering.received)
    own = [one.event for one in answering.accepted if one.event["type"].startswith("dossier.")]
    assert [event["sequence"] for event in own] == list(range(1, len(own) + 1))
    assert {event["procedure"] for event in own} == {PROCEDURE}
    chosen = await portal.get("/v1/events", agency=AGENCY, procedure=PROCEDURE, limit="500")
    assert {event["id"] for event in own} <= {event["id"] for event in chosen["events"]}
    await portal.http.delete(f"/v1/webhooks/{made['id']}")


async def test_a_foreign_leader_hears_nothing_of_the_agency(doors: Any) -> None:
    await _a_life(doors)
    foreign = await doors(Role.LEADER, agencies=["H21.1"], subject="lanh-dao-khac")

    told = "".join(await _whole_feed(foreign))

    assert AGENCY not in told
    assert (await foreign.http.get("/v1/events", params={"agency": AGENCY})).status_code == 404


async def _a_life(doors: Any) -> str:
    """A citizen files, is asked for a paper, and somebody else collects the result."""
    citizen = await doors(Role.CITIZEN, subject=NUMBER)
    counter = await doors(Role.COUNTER, Role.SPECIALIST, Role.LEADER, agencies=[AGENCY])
    person = {
        "name": "Truy Thị Kế",
        "identity_number": NUMBER,
        "phone": PHONE,
        "email": MAIL,
        "address": "Ngõ Bí Mật 7",
    }
    filing = {"procedure": PROCEDURE, "agency": AGENCY, "channel": "online_full"}
    dossier = await citizen.post("/v1/dossiers", filing | {"applicant": person})
    path = f"/v1/dossiers/{dossier['code']}"
    shown = await citizen.get(f"/v1/procedures/{PROCEDURE}", version=str(dossier["version"]))
    papers = [paper for paper in shown["cases"][0]["components"] if not paper["is_note"]]
    await counter.post(f"{path}/acceptance")
    asked = {"components": [{"id": papers[0]["id"], "reason": "Thiếu chữ ký của Truy Thị Kế"}]}
    await counter.post(f"{path}/supplement-requests", asked)
    await citizen.post(f"{path}/supplements")
    await counter.post(f"{path}/resolution", {"outcome": "refused", "ground": "Không đủ điều kiện"})
    recipient = {"name": "Lê Văn Nhận Hộ", "identity_number": "087211998877"}
    handed = {"recipient": recipient, "proxy_paper": "Giấy ủy quyền", "identity_shown": True}
    await counter.post(f"{path}/return", handed)
    return str(dossier["id"])


async def _whole_feed(caller: Any) -> list[str]:
    """Every page of the feed as text."""
    pages, query = list[str](), {"limit": "500"}
    while True:
        answer = await caller.http.get("/v1/events", params=query)
        assert answer.status_code == 200, answer.text
        pages.append(answer.text)
        if not answer.json()["more"]:
            return pages
        query["after"] = answer.json()["next"]
