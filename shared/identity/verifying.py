"""Checks tokens against the keys of the issuers we trust, and remembers what it has checked."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from joserfc.errors import JoseError

from shared.errors import Unauthenticated
from shared.identity import tokens
from shared.identity.issuers import LOCAL_ISSUER, Issuer, configured, local_keys
from shared.identity.keys import REFETCH_SECONDS_MIN, KeyRing, Keys
from shared.identity.naming import name
from shared.identity.principals import Principal
from shared.identity.subjects import pseudonyms
from shared.identity.tokens import CLOCK_SKEW_SECONDS
from shared.settings import KernelSettings

CACHE_SECONDS: Final = 60
CACHE_ENTRIES_MAX: Final = 10_000
REFRESH_SECONDS: Final = 300.0
RETRY_SECONDS: Final = 5.0
"""Between two fetches while an issuer is away."""
REREAD_SECONDS_MIN: Final = 1.0
"""Between two looks into the local issuer's file."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Trusted:
    """An issuer, and what is known of its keys."""

    issuer: Issuer
    keys: KeyRing


class Verifier:
    """Names the bearer of a token; services and gateway each have one."""

    def __init__(
        self,
        kernel: KernelSettings,
        *,
        clock: Callable[[], float] = time.time,
        pace: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read whom to trust; raises NoIssuer and SubjectKeyMissing."""
        local = kernel.profile == "local"
        self._clock = clock
        self._known: dict[str, tuple[float, Principal]] = {}
        self._pseudonym = pseudonyms(kernel.keys_dir, create=local)
        self._trusted = {
            issuer.issuer: Trusted(issuer, self._ring(issuer, kernel.keys_dir, pace))
            for issuer in configured(kernel)
        }
        if LOCAL_ISSUER in self._trusted:
            log.info("tokens of the local issuer are taken: not for production")

    async def verify(self, token: str) -> Principal:
        """Name the caller; raises Unauthenticated for a token that does not stand.

        Raises Unavailable as long as no keys of its issuer could ever be fetched.
        """
        now = self._clock()
        known = self._known.get(token)
        if known is not None and known[0] > now:
            return known[1]
        try:
            header, said = tokens.read(token)
            trusted = self._trusted[str(said["iss"])]
            key = await trusted.keys.find(header.key_id)
            claims = tokens.check(token, header, key, trusted.issuer, now)
            principal = name(
                claims,
                trusted.issuer.claims,
                issuer=trusted.issuer.issuer,
                pseudonym=self._pseudonym,
            )
        except (JoseError, ValueError, LookupError) as broken:
            raise Unauthenticated(
                "Mã truy cập không hợp lệ hoặc đã hết hạn; hãy đăng nhập lại.",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            ) from broken
        self._remember(token, principal, now, float(claims["exp"]))
        return principal

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Fetch the keys at start, and again from time to time, beside the requests."""
        task = asyncio.create_task(self._keep_fresh())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep_fresh(self) -> None:
        while True:
            rings = [trusted.keys for trusted in self._trusted.values()]
            fetched = await asyncio.gather(*(ring.refresh() for ring in rings))
            await asyncio.sleep(REFRESH_SECONDS if all(fetched) else RETRY_SECONDS)

    def _ring(self, issuer: Issuer, keys_dir: Path, pace: Callable[[], float]) -> KeyRing:
        local = issuer.issuer == LOCAL_ISSUER
        return KeyRing(
            issuer.issuer,
            _reading(keys_dir) if local else _asking(issuer.issuer),
            changed=self._known.clear,
            refetch_seconds_min=REREAD_SECONDS_MIN if local else REFETCH_SECONDS_MIN,
            clock=pace,
        )

    def _remember(self, token: str, principal: Principal, now: float, ends: float) -> None:
        if len(self._known) >= CACHE_ENTRIES_MAX:
            self._known.clear()
        self._known[token] = (min(now + CACHE_SECONDS, ends + CLOCK_SKEW_SECONDS), principal)


def _reading(keys_dir: Path) -> Callable[[], Awaitable[Keys]]:
    async def read() -> Keys:
        return local_keys(keys_dir)

    return read


def _asking(issuer: str) -> Callable[[], Awaitable[Keys]]:
    # Its HTTP client takes 0.1 s of each start, for nothing where nobody is to be asked.
    from shared.identity.provider import Provider  # noqa: PLC0415 (see above)

    return Provider(issuer).keys
