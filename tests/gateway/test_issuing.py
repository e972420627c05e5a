from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.issuing import router
from shared import issuer
from shared.identity import EVERYWHERE, Principal, Role, Verifier
from shared.settings import KernelSettings
from tests.gateway.conftest import Gateway
from tests.gateway.upstreams import Echo

GRANT = {"grant_type": "client_credentials"}


def secret(keys_dir: Path, name: str) -> str:
    return issuer.clients(keys_dir)[name].secret


def by_basic(name: str, secret: str) -> dict[str, Any]:
    return {"data": GRANT, "auth": (name, secret)}


def in_the_body(name: str, secret: str) -> dict[str, Any]:
    return {"data": GRANT | {"client_id": name, "client_secret": secret}}


@pytest.mark.parametrize("sent", [by_basic, in_the_body])
async def test_a_client_gets_a_token_that_opens_the_door(
    gateway: Gateway, keys_dir: Path, sent: Callable[[str, str], dict[str, Any]]
) -> None:
    door = await gateway(intake=Echo())

    answer = await door.post("/dev/token", **sent("portal", secret(keys_dir, "portal")))

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()["access_token"]
    principal = await Verifier(KernelSettings(profile="local", keys_dir=keys_dir)).verify(token)
    assert principal == Principal("portal", frozenset({Role.PORTAL}), (EVERYWHERE,))
    shown = await door.get("/v1/dossiers", headers={"Authorization": f"Bearer {token}"})
    assert shown.status_code == 200


async def test_a_wrong_secret_gets_no_token(gateway: Gateway, keys_dir: Path) -> None:
    door = await gateway()

    async def ask(name: str, secret: str) -> httpx.Response:
        return await door.post("/dev/token", data=GRANT, auth=(name, secret))

    for answer in (
        await ask("portal", "wrong"),
        await ask("portal", ""),
        await ask("portal", secret(keys_dir, "post")),
        await ask("nobody", secret(keys_dir, "portal")),
        await door.post("/dev/token", data=GRANT),
        await door.post("/dev/token", data=GRANT, headers={"Authorization": "Basic ***"}),
    ):
        assert answer.status_code == 401
        assert answer.json() == {"error": "invalid_client"}
        assert answer.headers["www-authenticate"] == "Basic"


@pytest.mark.parametrize(
    "body", [b"", b"grant_type=password", b"\xff\xfe", b"a=1&" * 50, b"grant_type"]
)
async def test_knows_no_other_grant(gateway: Gateway, body: bytes) -> None:
    door = await gateway()

    answer = await door.post("/dev/token", content=body)

    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


async def test_takes_no_long_body(gateway: Gateway) -> None:
    door = await gateway()

    assert (await door.post("/dev/token", content=b"a" * 5000)).status_code == 413


def test_production_has_no_such_door(tmp_path: Path) -> None:
    assert not router(KernelSettings(profile="production", keys_dir=tmp_path)).routes
