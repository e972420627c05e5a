"""The survey is told which network speaks, so that one sender can be told from many."""

from tests.conftest import Token
from tests.gateway.conftest import Gateway
from tests.gateway.upstreams import Echo

SLIP = "/v1/surveys/invitations/abc"
NETWORK = "x-sender-network"


async def test_the_network_of_a_slip_is_the_gateways_word_and_never_the_clients(
    gateway: Gateway, token: Token
) -> None:
    door = await gateway(survey=Echo())
    forged = {NETWORK: "203.0.113.7", "X-Forwarded-For": "203.0.113.7"}

    for headers in (forged, forged | {"Authorization": f"Bearer {token('counter')}"}):
        answer = await door.post(SLIP, json={}, headers=headers)

        assert [value for name, value in answer.json()["headers"] if name == NETWORK] == [
            "127.0.0.1"
        ]


async def test_a_portal_speaks_for_many_and_other_services_are_told_nothing(
    gateway: Gateway, token: Token
) -> None:
    door = await gateway(survey=Echo(), intake=Echo())
    portal = {"Authorization": f"Bearer {token('portal')}", NETWORK: "203.0.113.7"}
    counter = {"Authorization": f"Bearer {token('counter')}", NETWORK: "203.0.113.7"}

    slip = await door.post(SLIP, json={}, headers=portal)
    dossier = await door.get("/v1/dossiers", headers=counter)

    for answer in (slip, dossier):
        assert NETWORK not in dict(answer.json()["headers"])
