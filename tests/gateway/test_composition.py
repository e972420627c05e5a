"""A dossier with its parts, over owners that the test plays."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
from starlette.types import Receive, Scope, Send

from tests.gateway.conftest import Gateway
from tests.gateway.upstreams import reply
from tests.waiting import until

Headers = dict[str, str]
CODE = "H20.101-261123-0007"
FULL = f"/v1/dossiers/{CODE}?view=full"
DOSSIER = {"code": CODE, "procedure": "2.000908", "version": 3, "sequence": 17, "note": "đủ"}
INTAKE = {
    f"/v1/dossiers/{CODE}": DOSSIER,
    f"/v1/dossiers/{CODE}/steps": {"open": ["2"]},
}
SLA = {f"/v1/clocks/{CODE}": {"left_minutes": 5}, f"/v1/clocks/{CODE}/alarms": {"raised": []}}
PROCEDURES = {"/v1/procedures/2.000908": {"record": {"name": "Khai sinh"}}}
SURVEY = {"/v1/surveys/invitations": {"items": [{"link": "/v1/surveys/invitations/x"}]}}


class Owner:
    """A service that knows some addresses; what it was asked is kept."""

    def __init__(self, known: dict[str, Any], *, refusal: int = 404) -> None:
        self.known = dict(known)
        self.refusal = refusal
        self.asked: list[Scope] = []
        self.holds: asyncio.Event | None = None

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.asked.append(scope)
        if self.holds is not None:
            await self.holds.wait()
        shown = self.known.get(scope["path"])
        body = shown if isinstance(shown, bytes) else orjson.dumps(shown or {"code": "refused"})
        await reply(send, self.refusal if shown is None else 200, body)

    def headers(self, path: str) -> Headers:
        scope = next(scope for scope in self.asked if scope["path"] == path)
        return {name.decode(): value.decode() for name, value in scope["headers"]}


@pytest.fixture
def owners() -> dict[str, Owner]:
    return {
        "intake": Owner(INTAKE),
        "sla": Owner(SLA),
        "procedures": Owner(PROCEDURES),
        "survey": Owner(SURVEY),
    }


async def test_everything_about_a_dossier_comes_in_one_answer(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    door = await gateway(**owners)

    answer = await door.get(FULL, headers=bearer)

    assert answer.status_code == 200
    assert answer.json() == DOSSIER | {
        "parts": {
            "clock": {"left_minutes": 5},
            "alarms": {"raised": []},
            "steps": {"open": ["2"]},
            "invitations": SURVEY["/v1/surveys/invitations"],
            "procedure": {"record": {"name": "Khai sinh"}},
        },
        "links": {
            "explanation": f"/v1/clocks/{CODE}/explanation",
            "history": f"/v1/dossiers/{CODE}/history",
        },
        "missing": [],
    }
    assert answer.headers["cache-control"] == "no-store"


async def test_every_owner_is_asked_with_the_callers_own_token_and_names(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    door = await gateway(**owners)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    await door.get(
        FULL + "&unmask=true",
        headers=bearer | {"X-Request-Id": "r-1", "Traceparent": trace, "If-None-Match": '"1"'},
    )

    for owner, path in (
        (owners["intake"], f"/v1/dossiers/{CODE}"),
        (owners["sla"], f"/v1/clocks/{CODE}"),
        (owners["procedures"], "/v1/procedures/2.000908"),
        (owners["survey"], "/v1/surveys/invitations"),
    ):
        sent = owner.headers(path)
        assert sent["authorization"] == bearer["Authorization"]
        assert (sent["x-request-id"], sent["traceparent"]) == ("r-1", trace)
        assert "if-none-match" not in sent
    queries = {scope["path"]: scope["query_string"] for scope in owners["intake"].asked}
    assert queries == {f"/v1/dossiers/{CODE}": b"unmask=true", f"/v1/dossiers/{CODE}/steps": b""}
    assert owners["procedures"].asked[0]["query_string"].startswith(b"version=3&fields=code,")


async def test_a_service_that_is_away_or_broken_is_named_and_the_rest_shown(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    owners["survey"].known = {"/v1/surveys/invitations": b"<html>"}
    owners["procedures"].known, owners["procedures"].refusal = {}, 500
    del owners["sla"]
    door = await gateway(**owners)

    answer = await door.get(FULL, headers=bearer)

    assert answer.status_code == 200
    shown = answer.json()
    assert {name for name, part in shown["parts"].items() if part is not None} == {"steps"}
    assert shown["missing"] == [
        {"part": "procedure", "service": "procedures", "code": "unavailable"},
        {"part": "clock", "service": "sla", "code": "unavailable"},
        {"part": "alarms", "service": "sla", "code": "unavailable"},
        {"part": "invitations", "service": "survey", "code": "unavailable"},
    ]
    assert shown["links"]["explanation"] is None


async def test_a_slow_part_is_named_and_nobody_waits_for_it(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    owners["sla"].holds = asyncio.Event()
    door = await gateway({"part_seconds_max": 0.3}, **owners)

    answer = await door.get(FULL, headers=bearer)
    owners["sla"].holds.set()

    assert answer.json()["missing"] == [
        {"part": "clock", "service": "sla", "code": "timeout"},
        {"part": "alarms", "service": "sla", "code": "timeout"},
    ]


@pytest.mark.parametrize("refusal", [403, 404])
async def test_what_the_caller_may_not_see_is_simply_not_there(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers, refusal: int
) -> None:
    owners["sla"].known, owners["sla"].refusal = {}, refusal
    door = await gateway(**owners)

    shown = (await door.get(FULL, headers=bearer)).json()

    assert (shown["parts"]["clock"], shown["parts"]["alarms"]) == (None, None)
    assert shown["missing"] == []


async def test_intakes_own_refusal_is_the_answer(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    owners["intake"].known = {}
    door = await gateway(**owners)

    answer = await door.get(FULL, headers=bearer)

    assert (answer.status_code, answer.json()) == (404, {"code": "refused"})


async def test_without_intake_there_is_no_dossier_to_show(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    del owners["intake"]
    door = await gateway(**owners)

    answer = await door.get(FULL, headers=bearer)

    assert (answer.status_code, answer.json()["code"]) == (503, "service_unreachable")
    assert answer.headers["retry-after"]


async def test_nobody_enters_without_a_token(gateway: Gateway, owners: dict[str, Owner]) -> None:
    door = await gateway(**owners)

    assert (await door.get(FULL)).status_code == 401
    assert [owner.asked for owner in owners.values()] == [[], [], [], []]


async def test_who_has_just_this_is_told_so_and_any_change_is_seen(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    door = await gateway(**owners)
    first = await door.get(FULL, headers=bearer)
    known = bearer | {"If-None-Match": first.headers["etag"]}

    same = await door.get(FULL, headers=known)
    owners["sla"].known[f"/v1/clocks/{CODE}"] = {"left_minutes": 4}
    moved = await door.get(FULL, headers=known)
    del owners["sla"].known[f"/v1/clocks/{CODE}/alarms"]
    owners["sla"].refusal = 503
    gone = await door.get(FULL, headers=known)

    assert (same.status_code, same.content) == (304, b"")
    assert first.headers["etag"].strip('W/"').startswith("17-")
    assert [answer.status_code for answer in (moved, gone)] == [200, 200]


async def test_only_the_parts_that_fields_names_are_asked_for(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    door = await gateway(**owners)

    one = await door.get(FULL + "&fields=code,parts.clock.left_minutes,missing", headers=bearer)
    none = await door.get(FULL + "&fields=note", headers=bearer)

    assert one.json() == {"code": CODE, "parts": {"clock": {"left_minutes": 5}}, "missing": []}
    assert none.json() == {"note": "đủ"}
    assert [len(owner.asked) for owner in owners.values()] == [2, 1, 0, 0]


async def test_there_is_no_other_view(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers
) -> None:
    door = await gateway(**owners)

    answer = await door.get(f"/v1/dossiers/{CODE}?view=fuller", headers=bearer)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/v1/dossiers/{CODE}"),
        ("GET", f"/v1/dossiers/{CODE}/history?view=full"),
        ("POST", f"/v1/dossiers/{CODE}?view=full"),
    ],
)
async def test_everything_else_goes_to_intake_as_it_is(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers, method: str, path: str
) -> None:
    door = await gateway(**owners)

    answer: httpx.Response = await door.request(method, path, headers=bearer)

    assert "parts" not in answer.json()
    assert [len(owner.asked) for owner in owners.values()] == [1, 0, 0, 0]


async def test_composed_dossiers_that_wait_keep_nobody_from_the_gateways_own_routes(
    gateway: Gateway, owners: dict[str, Owner], bearer: Headers, token: Callable[..., str]
) -> None:
    settings = {"requests_per_service_max": 2, "waiting_per_service_max": 64}
    follower = {"Authorization": f"Bearer {token('portal')}"}
    door = await gateway(settings, **owners)
    owners["intake"].holds = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        composed = [group.create_task(door.get(FULL, headers=bearer)) for _ in range(10)]
        await until(lambda: len(owners["intake"].asked) == 2, seconds=10, what="two are asked")
        other = await door.get("/v1/webhooks", headers=follower)
        owners["intake"].holds.set()

    # There is no broker here; the route was reached, and says so.
    assert other.json()["code"] == "broker_away"
    assert 200 in {task.result().status_code for task in composed}
