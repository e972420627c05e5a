"""Who may enter: nobody unnamed, except where the law wants it public."""

from collections.abc import Callable

import pytest

from gateway.routes import ROUTES, Service, find
from shared.identity import Role
from tests.gateway.conftest import Gateway
from tests.gateway.upstreams import Echo

Token = Callable[..., str]
Headers = dict[str, str]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/dossiers"),
        ("POST", "/v1/dossiers:batch"),
        ("POST", "/v1/imports/dossiers"),
        ("POST", "/v1/procedures"),
        ("PUT", "/v1/agencies/H20"),
        ("GET", "/v1/clocks/H20.40-190102-0001"),
        ("GET", "/v1/reports/ii06a"),
        ("GET", "/v1/surveys/invitations"),
        ("GET", "/v1/surveys/scores"),
        ("GET", "/v1/deadlines:simulate"),
    ],
)
async def test_closed_paths_need_a_token(gateway: Gateway, method: str, path: str) -> None:
    echo = Echo()
    door = await gateway(intake=echo, procedures=echo, sla=echo, survey=echo)

    without = await door.request(method, path)
    wrong = await door.request(method, path, headers={"Authorization": "Bearer not-a-token"})
    basic = await door.request(method, path, headers={"Authorization": "Basic YTpi"})

    for answer in (without, wrong, basic):
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "x-request-id" in answer.headers
    assert echo.requests == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/procedures"),
        ("GET", "/v1/procedures/1.001193"),
        ("GET", "/v1/agencies"),
        ("GET", "/v1/calendars/VN-HANH-CHINH"),
        ("GET", "/v1/fields"),
        ("POST", "/v1/deadlines:simulate"),
        ("GET", "/v1/surveys/invitations/abc"),
        ("POST", "/v1/surveys/invitations/abc"),
    ],
)
async def test_public_paths_need_none(gateway: Gateway, method: str, path: str) -> None:
    echo = Echo()
    door = await gateway(procedures=echo, sla=echo, survey=echo)

    assert (await door.request(method, path)).status_code == 200


async def test_reports_are_for_those_who_report(gateway: Gateway, token: Token) -> None:
    door = await gateway(sla=Echo())

    def headers(role: Role) -> Headers:
        return {"Authorization": f"Bearer {token(role)}"}

    counter = await door.get("/v1/reports/ii06a", headers=headers(Role.COUNTER))
    assert counter.status_code == 403
    assert counter.json()["code"] == "role_missing"
    for role in (Role.REPORTER, Role.LEADER, Role.ADMIN):
        answer = await door.get("/v1/reports/ii06a", headers=headers(role))
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/v1/dossiersx", "/nothing"])
async def test_an_unknown_path_is_a_problem(gateway: Gateway, bearer: Headers, path: str) -> None:
    door = await gateway()

    answer = await door.get(path, headers=bearer)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_first_route_that_matches_is_the_most_special_one() -> None:
    for position, route in enumerate(ROUTES):
        for later in ROUTES[position + 1 :]:
            assert not later.prefix.startswith(route.prefix), (route.prefix, later.prefix)


def test_every_service_can_be_reached() -> None:
    assert {route.service for route in ROUTES} - {None} == set(Service)
    assert find("/health/ready") is None
