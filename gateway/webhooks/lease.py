"""Lets one of several workers deliver: a key that ends by itself unless it is renewed."""

import asyncio
from time import monotonic
from typing import Final

import nats.errors
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

BUCKET: Final = "webhook-lease"
KEY: Final = "leader"
LEASE_SECONDS: Final = 6.0
RENEWALS: Final = 4
"""How often it is renewed in the time after which it would end."""

TRY_SECONDS: Final = 1.0


class Lease:
    """The right to deliver; a compare-and-set at each subscription guards against two holders."""

    def __init__(self, bucket: KeyValue, name: str, seconds: float = LEASE_SECONDS) -> None:
        self._bucket = bucket
        self._seconds = seconds
        self._name = name.encode()
        self._revision = 0

    async def take(self) -> bool:
        """Take it if nobody holds it."""
        try:
            self._revision = await self._bucket.create(KEY, self._name)
        except (KeyWrongLastSequenceError, KeyNotFoundError):
            return False
        return True

    async def keep(self) -> None:
        """Renew it; returns when it is lost, or cannot be renewed in time."""
        renewed = monotonic()
        while monotonic() - renewed < self._seconds:
            await asyncio.sleep(self._seconds / RENEWALS)
            try:
                self._revision = await self._bucket.update(KEY, self._name, last=self._revision)
            except KeyWrongLastSequenceError:
                return
            except (nats.errors.Error, OSError):
                continue
            renewed = monotonic()

    async def give_up(self) -> None:
        """Let the next one take it at once."""
        try:
            await self._bucket.delete(KEY, last=self._revision)
        except (nats.errors.Error, OSError):
            return
