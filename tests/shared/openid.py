"""A small OpenID provider over HTTP: discovery, keys that rotate, and tokens of any kind."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, OKPKey, RSAKey
from starlette.types import Receive, Scope, Send

from shared.identity.provider import DISCOVERY
from tests.gateway.upstreams import reply, serving

SigningKey = ECKey | RSAKey | OKPKey
RSA_BITS = 2048


def new_key(algorithm: str = "ES256") -> SigningKey:
    described: KeyParameters = {"use": "sig"}
    if algorithm in {"RS256", "PS256"}:
        return RSAKey.generate_key(RSA_BITS, described, auto_kid=True)
    if algorithm in {"EdDSA", "Ed25519"}:
        return OKPKey.generate_key("Ed25519", described, auto_kid=True)
    return ECKey.generate_key("P-256", described, auto_kid=True)


@dataclass
class OpenIdProvider:
    """What it publishes, and how often it was asked for its keys."""

    issuer: str = ""
    keys: list[SigningKey] = field(default_factory=lambda: [new_key()])
    status: int = 200
    names_itself: str | None = None
    keys_asked: int = 0

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == DISCOVERY:
            document: dict[str, Any] = {
                "issuer": self.names_itself or self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
            }
        else:
            self.keys_asked += 1
            document = {"keys": [key.as_dict(private=False) for key in self.keys]}
        await reply(send, self.status, orjson.dumps(document))

    def token(
        self,
        *,
        key: SigningKey | None = None,
        algorithm: str = "ES256",
        header: dict[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        """Sign a token; a claim of None is left out."""
        key = key or self.keys[0]
        now = int(time.time())
        said = {"iss": self.issuer, "aud": "motcua", "sub": "u1", "iat": now, "exp": now + 300}
        said = {name: value for name, value in (said | claims).items() if value is not None}
        named = {"alg": algorithm, "kid": key.kid} | (header or {})
        return jwt.encode(named, said, key, algorithms=[algorithm])


@asynccontextmanager
async def openid_provider() -> AsyncIterator[OpenIdProvider]:
    """Serve a provider whose issuer is its own address."""
    provider = OpenIdProvider()
    async with serving(provider) as url:
        provider.issuer = url
        yield provider
