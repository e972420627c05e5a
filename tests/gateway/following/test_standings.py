"""Who runs the system sees how everybody's subscriptions stand, and nothing that is sealed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.gateway.following.conftest import Caller, Deliveries, Stream
from tests.gateway.following.receiver import Receiver
from tests.gateway.following.test_deliveries import WEBHOOKS, shown, subscribe
from tests.waiting import until

STANDINGS = f"{WEBHOOKS}/standings"
URL = "https://cong.example.vn/nhan?khoa=rat-bi-mat"


async def test_an_administrator_sees_whose_subscription_stands_how_and_no_secret(
    stream: Stream, caller: Caller
) -> None:
    portal = await caller("portal", subject="cong-a")
    leader = await caller("leader", subject="lanh-dao-b", agencies=["H20.31"])
    made = await subscribe(portal, URL, description="Cổng tỉnh", notify="truc@cong.example.vn")
    resting = await subscribe(leader, URL)
    await leader.post(f"{WEBHOOKS}/{resting['id']}/pause")
    for number in range(3):
        await stream.tell(agency="H20.30", subject=f"H20.30-260302-{number:04}")
    await stream.tell(agency="H20.31.1", subject="H20.31.1-260302-0001")

    answer = await (await caller("admin", agencies=["*"], subject="quan-tri")).get(STANDINGS)

    first, second = answer.json()["items"]
    assert (first["owner"], first["id"], first["state"]) == ("cong-a", made["id"], "active")
    assert (second["owner"], second["id"]) == ("lanh-dao-b", resting["id"])
    assert (second["state"], second["reason"]) == ("paused", "owner")
    assert second["state_at"] >= second["created_at"]
    assert (first["behind"], second["behind"]) == (4, 1)
    assert (first["receiver"], first["description"]) == ("cong.example.vn", "Cổng tỉnh")
    for hidden in ("rat-bi-mat", "whsec_", "truc@", "t***@", made["secret"]):
        assert hidden not in answer.text
    assert answer.json()["next"] is None


async def test_what_is_dead_is_told_with_its_failure_and_since_when(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: tuple[Receiver, str]
) -> None:
    answering, url = receiver

    async def refuse(_: dict[str, Any]) -> int:
        return 503

    answering.answer = refuse
    portal, told_at = await caller("portal"), deliveries.hours.now
    made = await subscribe(portal, url)
    await subscribe(portal, url, types=["dossier.returned.v1"])
    await stream.tell()

    async def given_up() -> bool:
        return bool((await shown(portal, made["id"]))["state"] == "dead")

    await until(given_up, seconds=30, what="the receiver is given up")

    admin = await caller("admin", agencies=["*"])
    [dead] = (await admin.get(STANDINGS, params={"state": "dead"})).json()["items"]
    assert (dead["id"], dead["reason"], dead["behind"]) == (made["id"], "failing", 1)
    assert dead["failure"]["error"] == "http_503"
    assert dead["failure"]["since"][:10] == f"{told_at + timedelta(hours=7):%Y-%m-%d}"
    assert dead["state_at"] > dead["failure"]["since"]


async def test_pages_follow_each_other_by_owner(stream: Stream, caller: Caller) -> None:
    made = set()
    for number in range(5):
        portal = await caller("portal", subject=f"cong-{number // 2}")
        made.add((await subscribe(portal, URL))["id"])
    admin = await caller("admin", agencies=["*"])

    pages: list[Any] = [{"items": []}]
    while pages[-1].get("next", "") is not None and len(pages) < 5:
        after = {"after": pages[-1]["next"]} if "next" in pages[-1] else {}
        pages.append((await admin.get(STANDINGS, params={"limit": 2} | after)).json())

    found = [(one["owner"], one["id"]) for page in pages for one in page["items"]]
    assert [len(page["items"]) for page in pages[1:]] == [2, 2, 1]
    assert found == sorted(found)
    assert {identity for _, identity in found} == made


@pytest.mark.parametrize("role", ["portal", "leader", "reporter", "operator"])
async def test_nobody_else_is_let_in(stream: Stream, caller: Caller, role: str) -> None:
    other = await caller(role, agencies=["*"])

    answer = await other.get(STANDINGS)

    assert answer.status_code == 403


async def test_an_administrator_of_a_subtree_sees_what_lies_in_it_wholly(
    stream: Stream, caller: Caller
) -> None:
    inside = await caller("portal", subject="trong", agencies=["H20.30.1"])
    across = await caller("portal", subject="ca-hai", agencies=["H20.30", "H20.31"])
    everywhere = await caller("portal", subject="ca-tinh", agencies=["*"])
    for portal in (inside, across, everywhere):
        await subscribe(portal, URL)
    admin = await caller("admin", agencies=["H20.30"], subject="quan-tri-xa")

    owners = [one["owner"] for one in (await admin.get(STANDINGS)).json()["items"]]

    assert owners == ["trong"]
    assert (await admin.get(WEBHOOKS)).json()["items"] == []
