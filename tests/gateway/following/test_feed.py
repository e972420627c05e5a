"""The feed: in stream order, from any cursor, and nothing beyond the caller's scope."""

import asyncio
from typing import Any

import httpx

from shared import paging
from tests.gateway.following.conftest import Caller, Stream
from tests.waiting import until

FEED = "/v1/events"


async def read(caller: httpx.AsyncClient, **query: Any) -> Any:
    answer = await caller.get(FEED, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(events: list[dict[str, Any]]) -> list[str]:
    return [event["id"] for event in events]


async def test_the_feed_gives_every_event_in_stream_order_page_by_page(
    stream: Stream, caller: Caller
) -> None:
    for number in range(7):
        await stream.tell(subject=f"H20.30-260302-{number:04}")
    portal = await caller("portal")

    first = await read(portal, limit=3)
    second = await read(portal, limit=3, after=first["next"])
    third = await read(portal, limit=3, after=second["next"])
    rest = await read(portal, limit=3, after=third["next"])

    pages = (first, second, third, rest)
    assert [event for page in pages for event in page["events"]] == stream.told
    assert [page["more"] for page in pages] == [True, True, False, False]
    later = await stream.tell()
    assert ids((await read(portal, after=rest["next"]))["events"]) == [later["id"]]


async def test_an_empty_stream_gives_a_cursor_to_go_on_from(stream: Stream, caller: Caller) -> None:
    portal = await caller("portal")

    page = await read(portal)
    later = await stream.tell()

    assert (page["events"], page["more"]) == ([], False)
    assert ids((await read(portal, after=page["next"]))["events"]) == [later["id"]]


async def test_now_is_the_cursor_of_whoever_wants_only_what_comes(
    stream: Stream, caller: Caller
) -> None:
    await stream.tell()
    portal = await caller("portal")

    page = await read(portal, after="now")
    later = await stream.tell()

    assert page["events"] == []
    assert ids((await read(portal, after=page["next"]))["events"]) == [later["id"]]


async def test_filters_by_type_agency_and_procedure_meet(stream: Stream, caller: Caller) -> None:
    wanted = await stream.tell(agency="H20.30.1", procedure="2.000908")
    also = await stream.tell(agency="H20.30", data={"procedure": "2.000908"})
    await stream.tell(agency="H20.30", data={"procedure": "1.000001"})
    await stream.tell("dossier.resolved.v1", procedure="2.000908")
    await stream.tell(agency="H20.31", procedure="2.000908")
    await stream.tell(agency="H20.300", procedure="2.000908")
    portal = await caller("portal")

    page = await read(
        portal, type="dossier.accepted.v1", agency="H20.30", procedure="2.000908", limit=10
    )

    assert ids(page["events"]) == [wanted["id"], also["id"]]
    assert page["more"] is False


async def test_a_filter_that_matches_nothing_still_moves_the_cursor_on(
    stream: Stream, caller: Caller
) -> None:
    for _ in range(5):
        await stream.tell("dossier.filed.v1")
    portal = await caller("portal")

    page = await read(portal, type="dossier.resolved.v1")

    assert (page["events"], page["more"]) == ([], False)
    assert paging.decode(page["next"], 2)[1] == 5


async def test_a_caller_hears_of_the_own_subtree_and_of_the_whole_country_only(
    stream: Stream, caller: Caller
) -> None:
    own = await stream.tell(agency="H20.30")
    below = await stream.tell(agency="H20.30.7")
    national = await stream.tell("calendar.published.v1", agency="VN", subject="VN-HANH-CHINH")
    for agency in ("H20", "H20.3", "H20.31", "H21.30"):
        await stream.tell(agency=agency)
    leader = await caller("leader", agencies=["H20.30", "H20.30.7"])

    assert ids((await read(leader))["events"]) == [own["id"], below["id"], national["id"]]
    assert ids((await read(leader, agency="H20.30.7"))["events"]) == [below["id"]]
    for foreign in ("H20", "H20.31", "H20.3", "H20.*", ">"):
        refused = await leader.get(FEED, params={"agency": foreign})
        assert (refused.status_code, refused.json()["code"]) == (404, "agency_unknown")


async def test_who_has_no_business_with_events_is_turned_away(caller: Caller) -> None:
    for role in ("citizen", "postal", "counter", "specialist", "catalogue"):
        somebody = await caller(role)

        assert (await somebody.get(FEED)).status_code == 403
        assert (await somebody.get("/v1/webhooks")).status_code == 403


async def test_a_cursor_of_another_stream_or_of_events_removed_is_gone(
    stream: Stream, caller: Caller
) -> None:
    await stream.tell()
    portal = await caller("portal")
    made, position = paging.decode((await read(portal))["next"], 2)

    for cursor in (paging.encode(made - 1, position), paging.encode(made, position + 1)):
        gone = await portal.get(FEED, params={"after": cursor})
        assert (gone.status_code, gone.json()["code"]) == (410, "cursor_gone")
    for broken in ("x", "!!", paging.encode(made), paging.encode("a", 1), paging.encode(made, -1)):
        refused = await portal.get(FEED, params={"after": broken})
        assert (refused.status_code, refused.json()["code"]) == (422, "cursor_unreadable")


async def test_an_unknown_type_is_named_as_wrong(stream: Stream, caller: Caller) -> None:
    portal = await caller("portal")

    refused = await portal.get(FEED, params={"type": "dossier.exploded.v1"})

    assert (refused.status_code, refused.json()["code"]) == (422, "event_type_unknown")


async def test_who_waits_is_answered_when_an_event_comes(stream: Stream, caller: Caller) -> None:
    portal = await caller("portal")
    waiting = asyncio.create_task(read(portal, after="now", wait=20))
    await until(lambda: _somebody_reads(stream), seconds=10, what="the request reads the stream")

    told = await stream.tell()

    assert ids((await waiting)["events"]) == [told["id"]]


async def test_nothing_is_left_behind_in_the_broker(stream: Stream, caller: Caller) -> None:
    for _ in range(3):
        await stream.tell()
    portal = await caller("portal")

    await asyncio.gather(*(read(portal, limit=1) for _ in range(5)))

    assert await stream.consumers() == 0


async def test_many_types_and_agencies_are_still_filtered_exactly(
    stream: Stream, caller: Caller
) -> None:
    types = ["dossier.accepted.v1", "dossier.filed.v1", "dossier.returned.v1", "apology.issued.v1"]
    wanted = await stream.tell(agency="H20.30.9")
    await stream.tell("dossier.resolved.v1", agency="H20.30.9")
    portal = await caller("portal")

    page = await read(portal, type=types, agency=[f"H20.30.{one}" for one in range(1, 20)])

    assert ids(page["events"]) == [wanted["id"]]


async def test_without_a_broker_the_feed_asks_to_come_again(stream: Stream, caller: Caller) -> None:
    portal = await caller("portal")
    await read(portal)
    await stream.supervisor.keepers["nats"].stop()

    away = await portal.get(FEED)

    assert (away.status_code, away.json()["code"]) == (503, "broker_away")
    assert away.headers["Retry-After"]
    await stream.supervisor.keepers["nats"].start()
    await until(lambda: _answers(portal), seconds=20, what="the feed answers again")


async def _somebody_reads(stream: Stream) -> bool:
    return await stream.consumers() > 0


async def _answers(caller: httpx.AsyncClient) -> bool:
    return (await caller.get(FEED)).status_code == 200
