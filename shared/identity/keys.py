"""The public keys of one issuer, by their ids, and when they are fetched again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from prometheus_client import Counter

from shared.errors import Unavailable

REFETCH_SECONDS_MIN: Final = 10.0
"""Between two fetches for unknown key ids: a flood of them costs the provider nothing."""
FIRST_FETCH_SECONDS_MIN: Final = 1.0
"""The same while no keys are known at all, when nobody can be let in."""
WAITERS_MAX: Final = 256
KEYS_MAX: Final = 50
RSA_BITS_MIN: Final = 2048
UNPADDED_BITS: Final = 6

FETCHES = Counter("motcua_identity_fetches_total", "Fetches of keys.", ["issuer", "outcome"])

Key = ECKey | RSAKey | OKPKey
Keys = dict[str, Key]
KINDS: dict[tuple[str, str | None], type[Key]] = {
    ("EC", "P-256"): ECKey,
    ("OKP", "Ed25519"): OKPKey,
    ("RSA", None): RSAKey,
}

log = structlog.get_logger()


class KeysAway(Exception):
    """The issuer's keys could not be fetched now."""


def usable(document: Any) -> Keys:
    """Take the signing keys we can verify with out of a JWK set; raises KeysAway for none.

    A secret (`oct`) is none, so that no public text can ever stand as the key of an HMAC.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    keys: Keys = {}
    for given in listed[:KEYS_MAX] if isinstance(listed, list) else ():
        key = _key(given) if isinstance(given, dict) else None
        if key is not None:
            keys[given["kid"]] = key
    if not keys:
        raise KeysAway("no usable key in the set")
    return keys


def _key(given: dict[str, Any]) -> Key | None:
    kind = KINDS.get((str(given.get("kty")), given.get("crv")))
    if kind is None or not isinstance(given.get("kid"), str) or given.get("use", "sig") != "sig":
        return None
    if kind is RSAKey and len(str(given.get("n"))) * UNPADDED_BITS < RSA_BITS_MIN:
        return None
    try:
        return kind.import_key(given)
    except (JoseError, ValueError, TypeError):
        return None


class KeyRing:
    """What is known of one issuer's keys; the old ones stay while the issuer is away."""

    def __init__(
        self,
        issuer: str,
        fetch: Callable[[], Awaitable[Keys]],
        *,
        changed: Callable[[], None],
        refetch_seconds_min: float,
        clock: Callable[[], float],
    ) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._changed = changed
        self._refetch_seconds_min = refetch_seconds_min
        self._clock = clock
        self._keys: Keys = {}
        self._fetching: asyncio.Task[bool] | None = None
        self._waiters = 0
        self._tried_at = float("-inf")

    async def find(self, key_id: str) -> Key | None:
        """Get a key, fetched if need be; raises Unavailable while there are none at all."""
        if key_id not in self._keys and self._may_fetch():
            await self.refresh()
        if not self._keys:
            raise Unavailable(
                "Chưa lấy được khóa của nhà cung cấp định danh; hãy thử lại sau giây lát.",
                code="identity_provider_away",
            )
        return self._keys.get(key_id)

    async def refresh(self) -> bool:
        """Fetch the keys now, once for all who wait; False when the issuer is away."""
        if self._fetching is None:
            self._tried_at = self._clock()
            self._fetching = asyncio.create_task(self._renew())
        self._waiters += 1
        try:
            # Whoever hangs up does not take the keys from the others.
            return await asyncio.shield(self._fetching)
        finally:
            self._waiters -= 1

    def _may_fetch(self) -> bool:
        if self._fetching is not None:
            return self._waiters < WAITERS_MAX
        pause = self._refetch_seconds_min if self._keys else FIRST_FETCH_SECONDS_MIN
        return self._clock() - self._tried_at >= pause

    async def _renew(self) -> bool:
        try:
            keys = await self._fetch()
        except KeysAway as away:
            FETCHES.labels(self._issuer, "failed").inc()
            log.warning("keys not fetched", issuer=self._issuer, error=str(away))
            return False
        finally:
            self._fetching = None
        FETCHES.labels(self._issuer, "done").inc()
        if _prints(keys) != _prints(self._keys):
            self._keys = keys
            self._changed()
        return True


def _prints(keys: Keys) -> set[tuple[str, str]]:
    return {(key_id, key.thumbprint()) for key_id, key in keys.items()}
