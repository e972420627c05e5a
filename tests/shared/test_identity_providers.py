import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from shared.errors import Unauthenticated, Unavailable
from shared.identity import Role, Verifier
from shared.identity.keys import KeysAway, usable
from shared.settings import KernelSettings
from tests.shared.openid import OpenIdProvider, new_key, openid_provider
from tests.waiting import until


@pytest.fixture
async def provider() -> AsyncIterator[OpenIdProvider]:
    async with openid_provider() as running:
        yield running


class Clock:
    """A monotonic clock that the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def verifier(provider: OpenIdProvider, keys_dir: Path, **pace: Any) -> Verifier:
    kernel = KernelSettings(profile="local", keys_dir=keys_dir, oidc_issuer=provider.issuer)
    return Verifier(kernel, **pace)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "PS256", "Ed25519"])
async def test_takes_a_providers_token_of_each_allowed_algorithm(
    provider: OpenIdProvider, keys_dir: Path, algorithm: str
) -> None:
    provider.keys = [new_key(algorithm)]
    token = provider.token(
        algorithm=algorithm,
        aud=["account", "motcua"],
        preferred_username="cb-01",
        realm_access={"roles": ["counter", "offline_access"]},
        agencies=["H20.40", "not a code!"],
    )

    principal = await verifier(provider, keys_dir).verify(token)

    assert principal.subject == "cb-01"
    assert principal.roles == {Role.COUNTER}
    assert principal.agencies == ("H20.40",)


async def test_a_rotated_key_is_taken_at_its_first_token(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    pace = Clock()
    checks = verifier(provider, keys_dir, pace=pace)
    old = provider.token()
    await checks.verify(old)

    provider.keys = [new_key(), *provider.keys]
    pace.now += 11

    assert (await checks.verify(provider.token(sub="u2"))).subject == "u2"
    assert provider.keys_asked == 2


async def test_a_key_taken_back_by_the_provider_opens_no_door_any_more(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    pace = Clock()
    checks = verifier(provider, keys_dir, pace=pace)
    old = provider.token()
    await checks.verify(old)

    provider.keys = [new_key()]
    pace.now += 11
    await checks.verify(provider.token())

    with pytest.raises(Unauthenticated):
        await checks.verify(old)


async def test_a_flood_of_unknown_keys_asks_the_provider_once(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    pace = Clock()
    checks = verifier(provider, keys_dir, pace=pace)
    await checks.verify(provider.token())
    pace.now += 11
    flood = [provider.token(header={"kid": f"rubbish-{number}"}) for number in range(200)]

    at_once = await asyncio.gather(*map(checks.verify, flood[:100]), return_exceptions=True)
    one_by_one = [await refusal(checks, token) for token in flood[100:]]

    assert {type(answer) for answer in (*at_once, *one_by_one)} == {Unauthenticated}
    assert provider.keys_asked == 2


async def test_many_first_tokens_wait_for_one_fetch(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    checks = verifier(provider, keys_dir)
    tokens = [provider.token(sub=f"u{number}") for number in range(50)]

    principals = await asyncio.gather(*map(checks.verify, tokens))

    assert len({principal.subject for principal in principals}) == 50
    assert provider.keys_asked == 1


async def test_known_keys_stand_while_the_provider_is_away(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    pace = Clock()
    checks = verifier(provider, keys_dir, pace=pace)
    await checks.verify(provider.token())

    provider.status = 503
    pace.now += 11
    with pytest.raises(Unauthenticated):
        await checks.verify(provider.token(header={"kid": "unknown"}))

    assert (await checks.verify(provider.token(sub="u2"))).subject == "u2"


async def test_asks_to_come_again_while_no_keys_could_be_fetched_yet(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    pace = Clock()
    checks = verifier(provider, keys_dir, pace=pace)
    provider.status = 503

    with pytest.raises(Unavailable) as refused:
        await checks.verify(provider.token())
    provider.status, pace.now = 200, pace.now + 2

    assert refused.value.headers["Retry-After"]
    assert (await checks.verify(provider.token())).subject == "u1"


async def test_the_keys_are_there_before_the_first_request(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    checks = verifier(provider, keys_dir)

    async with checks.running():
        await until(lambda: provider.keys_asked == 1, seconds=10, what="the keys are fetched")


async def test_refuses_a_provider_that_speaks_for_another(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    provider.names_itself = "https://another.example.vn"

    with pytest.raises(Unavailable):
        await verifier(provider, keys_dir).verify(provider.token())


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-system"},
        {"aud": None},
        {"iss": "https://another.example.vn"},
        {"iss": None},
        {"iss": ["https://another.example.vn"]},
        {"sub": None},
        {"sub": 7},
        {"exp": None},
        {"exp": "tomorrow"},
        {"preferred_username": "citizen:0123456789abcdef0123"},
    ],
    ids=str,
)
async def test_refuses_a_token_whose_claims_do_not_stand(
    provider: OpenIdProvider, keys_dir: Path, claims: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        await verifier(provider, keys_dir).verify(provider.token(**claims))


@pytest.mark.parametrize(
    ("claim", "taken", "refused"), [("exp", -29, -31), ("nbf", 29, 31), ("iat", 29, 31)]
)
async def test_forgives_thirty_seconds_between_two_clocks_and_no_more(
    provider: OpenIdProvider, keys_dir: Path, claim: str, taken: int, refused: int
) -> None:
    now = int(time.time())
    checks = verifier(provider, keys_dir, clock=lambda: now)

    just: dict[str, Any] = {claim: now + taken}
    beyond: dict[str, Any] = {claim: now + refused}

    await checks.verify(provider.token(**just))
    with pytest.raises(Unauthenticated):
        await checks.verify(provider.token(**beyond))


async def test_refuses_a_public_key_used_as_the_secret_of_an_hmac(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    provider.keys = [new_key("RS256")]
    genuine = provider.token(algorithm="RS256")
    header = {"alg": "HS256", "kid": provider.keys[0].kid}
    signed = f"{_encoded(header)}.{genuine.split('.')[1]}".encode()
    mac = hmac.new(provider.keys[0].as_pem(private=False), signed, hashlib.sha256).digest()
    forged = f"{signed.decode()}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    checks = verifier(provider, keys_dir)

    await checks.verify(genuine)
    with pytest.raises(Unauthenticated):
        await checks.verify(forged)


async def test_refuses_an_unsigned_token(provider: OpenIdProvider, keys_dir: Path) -> None:
    _, body, _ = provider.token().split(".")
    header = {"alg": "none", "kid": provider.keys[0].kid}

    with pytest.raises(Unauthenticated):
        await verifier(provider, keys_dir).verify(f"{_encoded(header)}.{body}.")


def test_takes_no_secret_for_a_public_key() -> None:
    secret = OctKey.generate_key(256, {"kid": "shared"}).as_dict(private=True)

    with pytest.raises(KeysAway):
        usable({"keys": [secret]})


@pytest.mark.parametrize("flaw", [{"use": "enc"}, {"alg": "ES384"}], ids=str)
async def test_takes_no_key_that_is_meant_for_something_else(
    provider: OpenIdProvider, keys_dir: Path, flaw: dict[str, str]
) -> None:
    signing = new_key()
    published: dict[str, Any] = signing.as_dict(private=True) | flaw
    provider.keys = [ECKey.import_key(published), new_key()]

    with pytest.raises(Unauthenticated):
        await verifier(provider, keys_dir).verify(provider.token(key=signing))


async def test_refuses_a_token_made_for_another_purpose(
    provider: OpenIdProvider, keys_dir: Path
) -> None:
    checks = verifier(provider, keys_dir)
    await checks.verify(provider.token(header={"typ": "at+jwt"}))

    with pytest.raises(Unauthenticated):
        await checks.verify(provider.token(header={"typ": "logout+jwt"}))


async def test_refuses_a_token_that_names_no_key(provider: OpenIdProvider, keys_dir: Path) -> None:
    known = provider.keys[0].as_dict(private=True)
    nameless = ECKey.import_key({name: value for name, value in known.items() if name != "kid"})
    said = {"iss": provider.issuer, "aud": "motcua", "sub": "u1", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "ES256"}, said, nameless)

    with pytest.raises(Unauthenticated):
        await verifier(provider, keys_dir).verify(token)


async def refusal(checks: Verifier, token: str) -> Exception:
    with pytest.raises(Unauthenticated) as refused:
        await checks.verify(token)
    return refused.value


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=")
