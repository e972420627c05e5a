"""An OpenID provider as we need it: its discovery document, and the keys that this names."""

import asyncio
import ssl
from functools import cache
from typing import Any, Final

import httpx
import orjson

from shared.identity.issuers import is_safe
from shared.identity.keys import Keys, KeysAway, usable

DISCOVERY: Final = "/.well-known/openid-configuration"
DOCUMENT_BYTES_MAX: Final = 256 * 1024
ANSWER_SECONDS_MAX: Final = 5.0
"""For both documents together."""
FAILURES = (httpx.HTTPError, httpx.InvalidURL, OSError, LookupError, ValueError, TypeError)


class Provider:
    """Fetches the keys of one issuer; plain HTTP is only for this machine's own addresses."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    async def keys(self) -> Keys:
        """Fetch the keys; raises KeysAway for whatever hinders it."""
        try:
            async with (
                asyncio.timeout(ANSWER_SECONDS_MAX),
                httpx.AsyncClient(verify=_trust(), timeout=ANSWER_SECONDS_MAX) as client,
            ):
                return usable(await self._get(client, await self._keys_url(client)))
        except FAILURES as failure:
            raise KeysAway(f"{type(failure).__name__}: {failure}") from failure

    async def _keys_url(self, client: httpx.AsyncClient) -> str:
        document = await self._get(client, self.issuer.rstrip("/") + DISCOVERY)
        # OpenID Connect Discovery 1.0 §4.3: otherwise one provider could speak for another.
        if document["issuer"] != self.issuer:
            raise KeysAway("the discovery document names another issuer")
        url = str(document["jwks_uri"])
        if not is_safe(url):
            raise KeysAway("jwks_uri is not https")
        return url

    async def _get(self, client: httpx.AsyncClient, url: str) -> Any:
        read = bytearray()
        async with client.stream("GET", url, headers={"Accept": "application/json"}) as answer:
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                read += chunk
                if len(read) > DOCUMENT_BYTES_MAX:
                    raise KeysAway("the answer is too large")
        document = orjson.loads(read)
        if not isinstance(document, dict):
            raise KeysAway("the answer is no JSON object")
        return document


@cache
def _trust() -> ssl.SSLContext:
    """Read the trusted roots once (SSL_CERT_FILE names others): it takes 50 ms."""
    return httpx.create_ssl_context()
