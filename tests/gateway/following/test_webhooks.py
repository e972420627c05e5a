"""Subscriptions belong to whoever made them, keep their secrets, and change by version."""

import asyncio
from typing import Any

import httpx
import pytest

from gateway.webhooks import buckets
from gateway.webhooks.office import PINGS_MAX
from tests.gateway.following.conftest import Caller, Stream
from tests.gateway.following.receiver import Receiver
from tests.gateway.upstreams import serving
from tests.waiting import until

WEBHOOKS = "/v1/webhooks"
URL = "https://cong.example.vn/su-kien"


async def make(client: httpx.AsyncClient, key: str | None = None, **wishes: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(WEBHOOKS, json={"url": URL} | wishes, headers=headers)


async def test_a_subscription_shows_its_secret_once(stream: Stream, caller: Caller) -> None:
    portal = await caller("portal")

    made = await make(portal, description="Cổng tỉnh", types=["dossier.accepted.v1"])
    shown = await portal.get(f"{WEBHOOKS}/{made.json()['id']}")
    listed = await portal.get(WEBHOOKS)

    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert "whsec_" not in shown.text + listed.text
    assert shown.json() == listed.json()["items"][0]
    # The same revision, as it was shown just now.
    revision = made.headers["ETag"].strip('"')
    assert shown.headers["ETag"].startswith(f'"{revision}-')
    assert shown.json()["state"] == "active"


async def test_secrets_and_mail_addresses_are_sealed_where_they_are_kept(
    stream: Stream, caller: Caller
) -> None:
    made = (await make(await caller("portal"), notify="truc@cong.example.vn")).json()

    kept = await (await buckets.Buckets.open(stream.client)).of_owner("can-bo-thu")

    written = kept[0][0].model_dump_json()
    assert made["secret"].removeprefix("whsec_")[:20] not in written
    assert "truc@" not in written
    assert made["notify"] == "t***@cong.example.vn"


async def test_somebody_elses_subscription_does_not_exist(stream: Stream, caller: Caller) -> None:
    made = (await make(await caller("portal", subject="cong-a"))).json()
    other = await caller("portal", "admin", subject="cong-b")
    path = f"{WEBHOOKS}/{made['id']}"

    answers = [
        await other.get(path),
        await other.get(f"{path}/deliveries"),
        await other.patch(path, json={}, headers={"If-Match": "*"}),
        await other.delete(path),
        *[
            await other.post(f"{path}/{act}", json=body)
            for act, body in {
                "pause": None,
                "resumption": None,
                "pings": None,
                "secrets": {},
                "replays": {"after": None},
            }.items()
        ],
    ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "webhook_unknown")}
    assert (await other.get(WEBHOOKS)).json()["items"] == []


async def test_the_same_key_makes_one_subscription(stream: Stream, caller: Caller) -> None:
    portal = await caller("portal")

    first, second = [await make(portal, key="k1") for _ in range(2)]
    other = await make(portal, key="k1", description="khác")

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await portal.get(WEBHOOKS)).json()["items"]) == 1


async def test_a_client_has_fifty_at_most_however_many_it_asks_for_at_once(
    stream: Stream, caller: Caller
) -> None:
    portal = await caller("portal")
    for _ in range(4):
        await asyncio.gather(*(make(portal) for _ in range(12)))

    crowd = await asyncio.gather(*(make(portal) for _ in range(6)))
    held = len((await portal.get(WEBHOOKS)).json()["items"])

    assert {one.status_code for one in crowd} <= {201, 409}
    assert [one.json()["code"] for one in crowd if one.status_code == 409].count(
        "webhooks_too_many"
    ) >= 4
    assert 48 <= held <= 50


async def test_a_change_names_the_version_it_changes(stream: Stream, caller: Caller) -> None:
    portal = await caller("portal")
    made = await make(portal)
    path = f"{WEBHOOKS}/{made.json()['id']}"
    change = {"types": ["dossier.returned.v1"], "url": "https://cong.example.vn/khac"}

    unnamed = await portal.patch(path, json=change)
    changed = await portal.patch(path, json=change, headers={"If-Match": made.headers["ETag"]})
    stale = await portal.patch(path, json=change, headers={"If-Match": made.headers["ETag"]})
    dropped = await portal.delete(path, headers={"If-Match": made.headers["ETag"]})

    assert (unnamed.status_code, changed.status_code) == (428, 200)
    assert (stale.status_code, dropped.status_code) == (412, 412)
    assert changed.json()["url"] == change["url"]
    assert changed.json()["types"] == change["types"]
    assert (await portal.delete(path)).status_code == 204
    assert (await portal.get(path)).status_code == 404


async def test_what_a_caller_may_not_have_cannot_be_subscribed_to(
    stream: Stream, caller: Caller
) -> None:
    leader = await caller("leader", agencies=["H20.30"])
    made = await make(leader, agencies=["H20.30.1"])

    foreign = await make(leader, agencies=["H20.31"])
    unknown = await make(leader, types=["dossier.exploded.v1"])
    widened = await leader.patch(
        f"{WEBHOOKS}/{made.json()['id']}", json={"agencies": ["H20"]}, headers={"If-Match": "*"}
    )

    assert made.status_code == 201
    assert (foreign.status_code, foreign.json()["code"]) == (404, "agency_unknown")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "event_type_unknown")
    assert (widened.status_code, widened.json()["code"]) == (404, "agency_unknown")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://cong.example.vn/", "url_not_https"),
        ("https://169.254.169.254/latest", "address_not_allowed"),
        ("https://[::ffff:10.0.0.1]/", "address_not_allowed"),
        ("https://cong.example.vn:22/", "port_not_allowed"),
    ],
)
async def test_a_receiver_inside_our_network_is_refused_with_its_reason(
    url: str, code: str, stream: Stream, caller: Caller
) -> None:
    refused = await make(await caller("portal"), url=url)

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["errors"][0]["pointer"] == "/body/url"


async def test_a_subscription_starts_where_its_maker_says(stream: Stream, caller: Caller) -> None:
    await stream.tell()
    portal = await caller("portal")
    feed = (await portal.get("/v1/events")).json()

    now, start = await make(portal), await make(portal, after=None)
    gone = await make(portal, after="WzEsMV0")

    assert now.json()["cursor"] == feed["next"]
    assert start.json()["cursor"] != feed["next"]
    assert gone.status_code == 410


async def test_a_receiver_that_never_answers_takes_few_test_events_at_once(
    stream: Stream, caller: Caller
) -> None:
    async def silent(_: Any) -> int:
        await asyncio.Event().wait()
        return 204

    answering = Receiver(silent)
    async with serving(answering) as url:
        portal = await caller("portal")
        path = f"{WEBHOOKS}/{(await make(portal, url=url)).json()['id']}/pings"
        pings = [asyncio.create_task(portal.post(path)) for _ in range(PINGS_MAX)]
        await until(lambda: answering.at_once == PINGS_MAX, seconds=10, what="all are sent")
        over = await portal.post(path)
        for ping in pings:
            ping.cancel()

    assert (over.status_code, over.json()["code"]) == (429, "pings_too_many")
    assert int(over.headers["retry-after"]) > 0


async def test_whose_grant_has_shrunk_gets_no_more_by_what_was_made_before(
    stream: Stream, caller: Caller
) -> None:
    province = await caller("portal", subject="cong", agencies=["H20"])
    made = (await make(province, agencies=["H20"])).json()
    whole = (await make(province)).json()
    commune = await caller("portal", subject="cong", agencies=["H20.30.1"])
    path = f"{WEBHOOKS}/{made['id']}"

    paused = await commune.post(f"{path}/pause")
    refused = [
        await commune.post(f"{path}/resumption"),
        await commune.post(f"{path}/replays", json={"after": None}),
    ]
    replayed = await commune.post(f"{WEBHOOKS}/{whole['id']}/replays", json={"after": None})

    assert paused.status_code == 200
    assert {(one.status_code, one.json()["code"]) for one in refused} == {(404, "agency_unknown")}
    assert (whole["scope"], replayed.json()["scope"]) == (["H20", "VN"], ["H20.30.1", "VN"])
