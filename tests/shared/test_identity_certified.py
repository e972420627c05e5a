"""The whole way against the certified `oidc-provider`, as production would have it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from gateway.app import create
from gateway.settings import GatewaySettings
from services.intake import app as intake
from shared.identity.provider import DISCOVERY
from shared.identity.subjects import KEY_BYTES_MIN, SUBJECT_KEY
from shared.personal_data import Vault
from shared.settings import KernelSettings
from tests import openid_provider
from tests.conftest import FreshDatabase
from tests.gateway.upstreams import free_url, serving
from tests.waiting import until

pytestmark = pytest.mark.slow

CLIENTS = {name: secrets.token_urlsafe(32) for name in ("portal", "post", "stranger")}
GRANTS = {
    "portal": {"roles": ["portal"], "agencies": ["*"]},
    "post": {"roles": ["postal"], "agencies": ["H20"]},
}
PATH = "/v1/dossiers"


def new_key() -> dict[str, object]:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    return dict(key.as_dict(private=True))


def key_id(token: str) -> object:
    return jws.extract_compact(token.encode()).headers()["kid"]


@dataclass
class Production:
    """A gateway and a service of the production profile, reached each by itself."""

    gateway: httpx.AsyncClient
    service: httpx.AsyncClient

    async def statuses(self, token: str) -> tuple[int, int]:
        bearer = {"Authorization": f"Bearer {token}"}
        through = await self.gateway.get(PATH, headers=bearer)
        directly = await self.service.get(PATH, headers=bearer)
        return through.status_code, directly.status_code


@pytest.fixture
def port() -> int:
    return urlsplit(free_url()).port or 0


@pytest.fixture
async def production(
    port: int, tmp_path: Path, fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Production]:
    rules = {"like": "keycloak", "clients": GRANTS}
    issuer = {"issuer": f"http://127.0.0.1:{port}", "algorithms": ["ES256"], "claims": rules}
    identity = tmp_path / "identity.json"
    identity.write_bytes(orjson.dumps({"issuers": [issuer]}))
    (tmp_path / SUBJECT_KEY).write_bytes(secrets.token_bytes(KEY_BYTES_MIN))
    Vault.load(tmp_path, create=True)
    monkeypatch.setenv("MOTCUA_PROFILE", "production")
    monkeypatch.setenv("MOTCUA_KEYS_DIR", str(tmp_path))
    monkeypatch.setenv("MOTCUA_IDENTITY_FILE", str(identity))
    monkeypatch.setenv("INTAKE_DATABASE_URL", await fresh_database("intake"))
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(serving(intake.create()))
        settings = GatewaySettings(intake_url=service, kernel=KernelSettings())
        gateway = await stack.enter_async_context(serving(create(settings)))
        yield Production(
            await stack.enter_async_context(httpx.AsyncClient(base_url=gateway)),
            await stack.enter_async_context(httpx.AsyncClient(base_url=service)),
        )


async def ask(issuer: str, client: str) -> str:
    """Get a token as the guides tell: discovery, then client credentials."""
    async with httpx.AsyncClient() as http:
        endpoint = (await http.get(issuer + DISCOVERY)).json()["token_endpoint"]
        answer = await http.post(
            endpoint,
            data={"grant_type": "client_credentials", "scope": "motcua.read"},
            auth=(client, CLIENTS[client]),
        )
    assert answer.is_success, answer.text
    return str(answer.json()["access_token"])


async def test_gateway_and_service_follow_a_certified_provider_through_a_rotation(
    port: int, production: Production
) -> None:
    node = openid_provider.set_up()
    old, new = new_key(), new_key()

    async with openid_provider.running(node, port, [old], CLIENTS) as issuer:
        before = await ask(issuer, "portal")
        postal = await ask(issuer, "post")
        stranger = await ask(issuer, "stranger")

        async def let_in() -> bool:
            return await production.statuses(before) == (200, 200)

        await until(let_in, seconds=20, what="both have the provider's keys")
        assert await production.statuses(postal) == (200, 200)
        assert await production.statuses(stranger) == (403, 403)
        assert await production.statuses(before[:-4] + "AAAA") == (401, 401)

    assert await production.statuses(before) == (200, 200)
    async with openid_provider.running(node, port, [new, old], CLIENTS) as issuer:
        after = await ask(issuer, "portal")
        assert key_id(after) == new["kid"] != key_id(before)

        async def let_in_by_the_new_key() -> bool:
            return await production.statuses(after) == (200, 200)

        await until(let_in_by_the_new_key, seconds=20, what="both have the new key")
        assert await production.statuses(before) == (200, 200)
    async with openid_provider.running(node, port, [new], CLIENTS) as issuer:
        last = await ask(issuer, "portal")

    assert await production.statuses(last) == (200, 200)
