"""Deliveries: every event, in order per dossier, once or marked as repeated."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from standardwebhooks import WebhookVerificationError

from gateway.webhooks.buckets import SUBSCRIPTIONS, Buckets
from gateway.webhooks.subscriptions import State
from shared.delivery import broker
from tests.gateway.following.conftest import Caller, Deliveries, Stream
from tests.gateway.following.receiver import (
    Answer,
    Receiver,
    hang,
    is_in_order,
    unmarked_repeats,
    well,
)
from tests.gateway.upstreams import serving
from tests.waiting import until

WEBHOOKS = "/v1/webhooks"
Hooked = tuple[Receiver, str]


async def subscribe(portal: httpx.AsyncClient, url: str, **wishes: Any) -> Any:
    answer = await portal.post(WEBHOOKS, json={"url": url, **wishes})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shown(portal: httpx.AsyncClient, identity: str) -> Any:
    return (await portal.get(f"{WEBHOOKS}/{identity}")).json()


async def tell_lives(stream: Stream, *, dossiers: int, each: int) -> None:
    """Tell the lives of some dossiers, interleaved."""
    for _ in range(each):
        for number in range(dossiers):
            await stream.tell(subject=f"H20.30-260302-{number:04}")


async def test_an_event_is_delivered_as_it_was_told_and_signed(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    made = await subscribe(await caller("portal"), url)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    told = await stream.tell(traceparent=trace)

    await until(lambda: len(answering.received) == 1, seconds=10, what="the event arrives")

    (delivery,) = answering.received
    assert delivery.event == told
    assert delivery.headers["webhook-id"] == told["id"]
    assert delivery.headers["traceparent"] == trace
    assert delivery.headers["content-type"].startswith("application/cloudevents+json")
    assert delivery.is_signed_by(made["secret"])
    assert not delivery.repeat


async def test_a_receiver_down_for_hours_gets_everything_in_order_once_or_marked(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    up_at = deliveries.hours.now + timedelta(hours=31)
    turned_away = 0

    async def down_at_first(event: dict[str, Any]) -> int:
        nonlocal turned_away
        if deliveries.hours.now < up_at:
            turned_away += 1
            return 503
        return 200

    answering.answer = down_at_first
    made = await subscribe(await caller("portal"), url)
    await tell_lives(stream, dossiers=25, each=8)

    await until(lambda: len(set(answering.ids)) == 200, seconds=60, what="all 200 arrive")

    assert deliveries.hours.now >= up_at
    assert 8 <= turned_away <= 40, "a receiver that is down is not flooded"
    assert len(answering.accepted) == 200, "nobody died: nothing is sent twice"
    assert is_in_order(answering.firsts())
    assert all(one.is_signed_by(made["secret"]) for one in answering.received)


async def test_what_a_receiver_accepts_and_does_not_answer_comes_again_as_a_repeat(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    times: dict[str, int] = {}

    async def slow_every_third(event: dict[str, Any]) -> int:
        times[event["id"]] = times.get(event["id"], 0) + 1
        if event["sequence"] % 3 == 0 and times[event["id"]] == 1:
            # Taken in, but the answer comes after the sender's patience.
            await asyncio.sleep(0.8)
        return 200

    answering.answer = slow_every_third
    await subscribe(await caller("portal"), url)
    await tell_lives(stream, dossiers=4, each=6)

    await until(lambda: len(set(answering.ids)) == 24, seconds=60, what="all 24 arrive")
    await until(lambda: answering.at_once == 0, seconds=10, what="late answers are through")

    assert len(answering.accepted) > 24
    assert unmarked_repeats(sorted_by_start(answering)) == []
    assert is_in_order(answering.firsts())


def sorted_by_start(answering: Receiver) -> list[Any]:
    """Deliveries by id, the unmarked one first: a late answer is noted after its repeat."""
    return sorted(answering.accepted, key=lambda one: (one.event["id"], one.repeat))


async def test_events_of_a_dossier_wait_for_each_other_and_dossiers_do_not(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    busy: set[str] = set()

    async def one_at_a_time(event: dict[str, Any]) -> int:
        if event["subject"] in busy:
            return 500
        busy.add(event["subject"])
        await asyncio.sleep(0.01)
        busy.remove(event["subject"])
        return 200

    answering.answer = one_at_a_time
    await tell_lives(stream, dossiers=6, each=5)
    await subscribe(await caller("portal"), url, after=None)

    await until(lambda: len(answering.received) == 30, seconds=30, what="all 30 arrive")

    assert all(one.accepted for one in answering.received)
    assert 1 < answering.at_once_max <= 8
    assert is_in_order(answering.firsts())


async def test_three_days_of_failure_stop_it_and_tell_the_owner_and_nothing_is_lost(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    answering.answer = refusing(500)
    portal = await caller("portal")
    made = await subscribe(portal, url, notify="truc@cong.example.vn")
    began = deliveries.hours.now
    await tell_lives(stream, dossiers=3, each=2)

    await until(lambda: len(deliveries.mail.sent) == 1, seconds=30, what="the owner is told")

    dead = await shown(portal, made["id"])
    assert (dead["state"], dead["reason"]) == ("dead", "failing")
    assert dead["failure"]["error"] == "http_500"
    assert 72 <= (deliveries.hours.now - began) / timedelta(hours=1) < 80
    assert 15 <= len(answering.received) <= 30
    (message,) = deliveries.mail.sent
    assert (message.to, made["id"] in message.text) == ("truc@cong.example.vn", True)
    assert dead["notify"] == "t***@cong.example.vn"

    answering.answer = well
    await portal.post(f"{WEBHOOKS}/{made['id']}/resumption")
    await until(lambda: len(answering.accepted) == 6, seconds=20, what="it goes on")
    assert is_in_order(answering.firsts())
    alive = await shown(portal, made["id"])
    assert (alive["state"], alive["failure"]) == ("active", None)


async def test_a_receiver_that_is_gone_is_paused_at_once(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    answering.answer = refusing(410)
    portal = await caller("portal")
    made = await subscribe(portal, url)
    await stream.tell()

    async def paused() -> bool:
        return bool((await shown(portal, made["id"]))["state"] == "paused")

    await until(paused, seconds=10, what="it is paused")
    assert (await shown(portal, made["id"]))["reason"] == "gone"
    assert len(answering.received) == 1


async def test_a_redirect_is_a_failure_and_not_followed(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    answers = iter([302, 307, 308])

    async def redirect_at_first(_: dict[str, Any]) -> int:
        return next(answers, 200)

    answering.answer = redirect_at_first
    await subscribe(await caller("portal"), url)
    await stream.tell()

    await until(lambda: len(answering.accepted) == 1, seconds=10, what="it arrives in the end")
    assert len(answering.received) == 4


async def test_a_hanging_receiver_costs_the_others_nothing(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    portal = await caller("portal")
    async with serving(Receiver(hang)) as hanging:
        for _ in range(10):
            await subscribe(portal, hanging)
        await subscribe(portal, url)
        await tell_lives(stream, dossiers=20, each=3)

        await until(lambda: len(answering.accepted) == 60, seconds=5, what="the other has all")

        assert is_in_order(answering.firsts())


async def test_a_subscription_that_cannot_be_read_costs_the_others_nothing(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    portal = await caller("portal")
    kept = await Buckets.open(stream.client)
    made = await subscribe(portal, url)
    found = await kept.find("can-bo-thu", made["id"])
    assert found is not None
    await kept.change(found[0].model_copy(update={"key_id": "lost"}), found[1])
    await broker.jetstream(stream.client).publish(f"$KV.{SUBSCRIPTIONS}.x.y", b"{broken")
    await subscribe(portal, url)

    told = await stream.tell()

    await until(lambda: len(answering.accepted) == 1, seconds=10, what="the sound one has it")
    assert answering.ids == [told["id"]]
    sealed = await portal.get(f"{WEBHOOKS}/{made['id']}")
    assert (sealed.status_code, sealed.json()["code"]) == (503, "webhook_sealed")


async def test_a_stream_made_anew_is_delivered_from_its_beginning(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    await subscribe(await caller("portal"), url)
    for _ in range(3):
        await stream.tell()
    await until(lambda: len(answering.accepted) == 3, seconds=10, what="all arrive")

    js = broker.jetstream(stream.client)
    await js.delete_stream(broker.STREAM)
    await broker.declare_stream(js, 10**9)
    restored = await stream.tell()

    await until(lambda: len(answering.accepted) == 4, seconds=15, what="what was restored comes")
    assert answering.ids[-1] == restored["id"]


async def test_a_pause_holds_events_back_and_resuming_brings_them(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    portal = await caller("portal")
    paused, other = await subscribe(portal, url), await subscribe(portal, url)
    await portal.post(f"{WEBHOOKS}/{paused['id']}/pause")
    told = [await stream.tell() for _ in range(3)]
    await until(lambda: len(answering.accepted) == 3, seconds=10, what="the other one has them")

    assert (await shown(portal, paused["id"]))["delivered"] == 0
    await portal.delete(f"{WEBHOOKS}/{other['id']}")
    await portal.post(f"{WEBHOOKS}/{paused['id']}/resumption")

    await until(lambda: len(answering.accepted) == 6, seconds=10, what="the held back ones come")
    assert answering.ids[3:] == [event["id"] for event in told]
    assert not any(one.repeat for one in answering.accepted)


async def test_a_replay_sends_again_and_marks_what_was_sent_before(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    portal = await caller("portal")
    made = await subscribe(portal, url, after=None)
    await tell_lives(stream, dossiers=2, each=2)
    await until(lambda: len(answering.accepted) == 4, seconds=10, what="all arrive")
    page = (await portal.get("/v1/events", params={"limit": 1})).json()

    replayed = await portal.post(f"{WEBHOOKS}/{made['id']}/replays", json={"after": page["next"]})

    assert replayed.status_code == 202, replayed.text
    await until(lambda: len(answering.accepted) == 7, seconds=10, what="three come again")
    fresh = await stream.tell(subject="H20.30-260302-0000")
    await until(lambda: len(answering.accepted) == 8, seconds=10, what="a new one comes")
    assert [one.repeat for one in answering.accepted] == 4 * [False] + 3 * [True] + [False]
    assert answering.ids[-1] == fresh["id"]
    assert unmarked_repeats(answering.accepted) == []


async def test_while_the_secret_changes_each_delivery_is_signed_by_both(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    portal = await caller("portal")
    made = await subscribe(portal, url)
    # The clock of the deliveries stands in 2026, that of the gateway runs: both secrets live.
    turned = await portal.post(f"{WEBHOOKS}/{made['id']}/secrets", json={"overlap_hours": 1})
    new = turned.json()["secret"]
    await stream.tell()
    await until(lambda: len(answering.received) == 1, seconds=10, what="it arrives")

    (delivery,) = answering.received
    assert delivery.is_signed_by(made["secret"])
    assert delivery.is_signed_by(new)
    assert new != made["secret"]
    ended = await portal.post(f"{WEBHOOKS}/{made['id']}/secrets", json={"overlap_hours": 0})
    assert ended.json()["secrets"] == 1
    with pytest.raises(WebhookVerificationError):
        delivery.is_signed_by(ended.json()["secret"])


async def test_only_what_was_asked_for_and_lies_in_the_scope_is_sent(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    leader = await caller("leader", agencies=["H20.30"])
    await subscribe(leader, url, types=["dossier.resolved.v1"], procedures=["2.000908"])
    await stream.tell("dossier.accepted.v1", procedure="2.000908")
    await stream.tell("dossier.resolved.v1", procedure="1.000001")
    await stream.tell("dossier.resolved.v1", procedure="2.000908", agency="H20.31")
    wanted = await stream.tell("dossier.resolved.v1", procedure="2.000908", agency="H20.30.2")
    last = await stream.tell("dossier.resolved.v1", procedure="2.000908", subject="H20.30-1")

    await until(lambda: len(answering.received) == 2, seconds=10, what="both arrive")
    assert set(answering.ids) == {wanted["id"], last["id"]}


async def test_a_test_event_is_sent_at_once_and_every_attempt_can_be_read(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    portal = await caller("portal")
    made = await subscribe(portal, url)
    pinged = (await portal.post(f"{WEBHOOKS}/{made['id']}/pings")).json()
    assert (pinged["delivered"], pinged["status"]) == (True, 204)
    assert answering.received[0].is_signed_by(made["secret"])
    assert answering.received[0].event["type"] == "webhook.ping.v1"
    answers = iter([503, 200])

    async def second_time(_: dict[str, Any]) -> int:
        return next(answers)

    answering.answer = second_time
    told = await stream.tell()
    path = f"{WEBHOOKS}/{made['id']}/deliveries"

    async def noted() -> bool:
        return len((await portal.get(path)).json()["items"]) == 3

    await until(noted, seconds=10, what="all attempts are noted")
    first = (await portal.get(path, params={"limit": 2})).json()
    rest = (await portal.get(path, params={"limit": 2, "after": first["next"]})).json()
    again, failed = first["items"]
    (ping,) = rest["items"]
    assert (again["status"], again["error"], again["repeat"]) == (200, None, True)
    assert (failed["status"], failed["error"], failed["repeat"]) == (503, "refused", False)
    assert failed["next_try"] is not None
    assert (again["event_id"], failed["event_id"]) == (told["id"], told["id"])
    assert ping["event_type"] == "webhook.ping.v1"
    assert rest["next"] is None


def refusing(status: int) -> Answer:
    """Always answer with this status."""

    async def answer(_: dict[str, Any]) -> int:
        return status

    return answer


async def test_operators_see_how_subscriptions_stand_and_how_long_the_oldest_fact_waits(
    stream: Stream, caller: Caller, deliveries: Deliveries, receiver: Hooked
) -> None:
    answering, url = receiver
    portal, told_at = await caller("portal"), deliveries.hours.now
    failed_before = measured("attempts_total", outcome="failed")

    ages: list[float] = []

    async def refuse(_: dict[str, Any]) -> int:
        ages.append(measured("oldest_seconds"))
        return 503 if deliveries.hours.now < told_at + timedelta(hours=9) else 200

    answering.answer = refuse
    made = await subscribe(portal, url)
    resting = await subscribe(portal, url, types=["dossier.returned.v1"])
    await portal.post(f"{WEBHOOKS}/{resting['id']}/pause")
    await stream.tell(time=told_at.isoformat())

    await until(lambda: len(answering.accepted) == 1, seconds=30, what="the event is taken")

    await until(lambda: measured("oldest_seconds") == 0, seconds=10, what="nothing waits")
    assert max(ages) >= timedelta(hours=3).total_seconds()
    assert measured("attempts_total", outcome="failed") > failed_before
    states = {state: measured("subscriptions", state=state) for state in State}
    assert states == {State.ACTIVE: 1, State.PAUSED: 1, State.DEAD: 0}
    for one in (made, resting):
        await portal.delete(f"{WEBHOOKS}/{one['id']}")
    await until(
        lambda: not any(measured("subscriptions", state=state) for state in State),
        seconds=10,
        what="those deleted count no more",
    )


def measured(name: str, **labels: str) -> float:
    """What `/metrics` of this process tells."""
    return REGISTRY.get_sample_value(f"motcua_webhook_{name}", labels) or 0.0
