"""Over its budget a caller is told so, when to come again, and nobody else notices."""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from urllib.parse import unquote

import httpx
import pytest

from gateway import bodies
from gateway.limits import addresses, costs
from gateway.limits.costs import Cost
from gateway.routes import find
from tests.gateway.conftest import Gateway
from tests.gateway.raw import head_of, raw
from tests.gateway.upstreams import Echo
from tests.waiting import until

Token = Callable[..., str]
SMALL = {"budget_scale": 0.001}
"""Every budget comes down to one dearest request at once, 20 units."""
PROXIES = (IPv4Network("10.0.0.0/8"), IPv6Network("fd00::/8"))


def bearer(token: Token, role: str, subject: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(role, subject=subject)}"}


async def test_over_the_budget_is_429_with_the_time_to_wait(gateway: Gateway, token: Token) -> None:
    echo = Echo()
    door = await gateway(SMALL, intake=echo)
    one, other = bearer(token, "counter", "one"), bearer(token, "counter", "other")

    well = [await door.post("/v1/dossiers", headers=one) for _ in range(6)]
    over = await door.post("/v1/dossiers", headers=one)

    assert [answer.status_code for answer in well] == [200] * 6
    assert well[0].headers["ratelimit-policy"] == '"officer";q=20;w=400'
    assert [answer.headers["ratelimit"].split(";")[1] for answer in well[:2]] == ["r=17", "r=14"]
    assert over.status_code == 429
    assert over.headers["content-type"] == "application/problem+json"
    assert over.json()["code"] == "rate_limited"
    assert over.json()["violated-policies"] == ["officer"]
    assert 0 < int(over.headers["retry-after"]) <= 20
    assert over.headers["ratelimit"].startswith('"officer";r=2;t=')
    assert echo.requests == 6
    assert (await door.post("/v1/dossiers", headers=other)).status_code == 200


async def test_the_public_is_counted_by_address_and_a_false_token_counts_as_public(
    gateway: Gateway,
) -> None:
    door = await gateway(SMALL | {"trusted_proxies": ("127.0.0.1",)}, procedures=Echo())

    def sent_by(address: str, **more: str) -> dict[str, str]:
        return {"X-Forwarded-For": address, **more}

    wrong = sent_by("203.0.113.7", Authorization="Bearer forged")
    refused = [(await door.get("/v1/dossiers", headers=wrong)).status_code for _ in range(11)]
    same = await door.get("/v1/procedures", headers=sent_by("203.0.113.7"))
    other = await door.get("/v1/procedures", headers=sent_by("203.0.113.8"))

    assert refused == [401] * 10 + [429]
    assert same.status_code == 429
    assert other.status_code == 200


async def test_a_stranger_cannot_name_its_own_address(gateway: Gateway) -> None:
    door = await gateway(SMALL, procedures=Echo())

    answers = [
        await door.get("/v1/procedures", headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(11)
    ]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


async def test_probes_go_on_when_their_address_has_nothing_left(gateway: Gateway) -> None:
    door = await gateway(SMALL, procedures=Echo())
    for _ in range(11):
        await door.get("/v1/procedures")

    assert (await door.get("/health/live")).status_code == 200
    assert (await door.get("/metrics")).status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("fd00::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("", "", "unknown"),
    ],
)
def test_an_address_is_named_by_proxies_that_are_trusted_only(
    peer: str, forwarded: str, expected: str
) -> None:
    assert addresses.of(peer, forwarded, PROXIES) == expected


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        ("GET", "/v1/dossiers/H20.100-1", Cost.READ),
        ("GET", "/v1/dossiers/H20.100-1?view=full", Cost.PRINT),
        ("GET", "/v1/dossiers", Cost.LIST),
        ("GET", "/v1/inbox/opinions", Cost.LIST),
        ("POST", "/v1/dossiers:find", Cost.LIST),
        ("POST", "/v1/dossiers", Cost.WRITE),
        ("PUT", "/v1/agencies/H20", Cost.WRITE),
        ("GET", "/v1/dossiers/1/forms/receipt", Cost.PRINT),
        ("GET", "/v1/reports/ii06a", Cost.REPORT),
        ("GET", "/v1/targets/results", Cost.REPORT),
        ("GET", "/v1/targets", Cost.LIST),
        ("GET", "/v1/reports/late?agency=H20&as=csv", Cost.WHOLE),
        ("GET", "/v1/samples/1/dossiers.csv", Cost.WHOLE),
        ("GET", "/v1/procedures/export", Cost.WHOLE),
        ("GET", "/v1/procedures/1.001193/export", Cost.WHOLE),
        ("POST", "/v1/dossiers:batch", Cost.WHOLE),
        ("POST", "/v1/imports/dossiers", Cost.WHOLE),
        ("GET", "/", Cost.READ),
        ("GET", "/metrics", Cost.FREE),
    ],
)
def test_what_a_request_costs(method: str, target: str, expected: Cost) -> None:
    path, _, query = target.partition("?")
    assert costs.of(find(path), method, path, query.encode()) is expected


@pytest.mark.parametrize(
    "target",
    ["/v1/reports/late?as=%63sv", "/v1/dossiers/1?view=f%75ll", "/v1/dossiers/1?as=%78lsx"],
)
def test_spelling_a_request_otherwise_makes_it_no_cheaper(target: str) -> None:
    path, _, query = target.partition("?")
    plain = unquote(query)
    assert plain != query
    assert costs.of(find(path), "GET", path, query.encode()) is costs.of(
        find(path), "GET", path, plain.encode()
    )


async def test_bodies_that_are_still_coming_are_bounded_for_each_caller(
    gateway: Gateway, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "CALLER_BYTES_MAX", 1000)
    echo = Echo()
    door = await gateway(intake=echo)
    one, other = bearer(token, "counter", "one"), bearer(token, "counter", "other")
    half = head_of("POST /v1/dossiers", one, "Content-Length: 2000") + b"x" * 600

    async with raw(door, half):
        assert (await door.get("/health/live")).status_code == 200
        over = await door.post("/v1/dossiers", headers=one, content=b"x" * 600)
        else_where = await door.post("/v1/dossiers", headers=other, content=b"x" * 600)
    await until_taken(door, one)

    assert (over.status_code, over.json()["code"]) == (503, "bodies_busy")
    assert int(over.headers["retry-after"]) > 0
    assert else_where.status_code == 200


async def until_taken(door: httpx.AsyncClient, headers: dict[str, str]) -> None:
    """Wait until what was counted of the client that hung up is forgotten."""

    async def taken() -> bool:
        answer = await door.post("/v1/dossiers", headers=headers, content=b"x" * 600)
        return answer.status_code == 200

    await until(taken, seconds=10, what="the half body is forgotten")
