"""Who sends slips: a network's hash by the key of the day, nobody's once the day is over."""

import hmac
import secrets
from datetime import date, datetime
from typing import Final, cast

from fastapi import Request

from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.times import to_vietnam

SENDER: Final = "x-sender-network"
"""The gateway writes it, never the client."""
KEY_BYTES: Final = 32
REST_SECONDS: Final = 900.0

# Whoever comes first makes it; who comes at the same moment gets the same.
_KEY = """
    insert into source_key as k (day, key) values ($1, $2)
    on conflict (day) do update set key = k.key returning key
"""
_FORGET = "delete from source_key where day < $1"


class Sources:
    """The key of the present day, read once a day."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._day: date | None = None
        self._key = b""

    async def hashed(self, network: str, now: datetime) -> bytes:
        """Name a network for a day; the same everywhere, and another name tomorrow."""
        day = to_vietnam(now).date()
        if day != self._day:
            async with self._database.statements() as connection:
                self._key = await connection.fetchval(_KEY, day, secrets.token_bytes(KEY_BYTES))
            self._day = day
        return hmac.digest(self._key, network.encode(), "sha256")


async def source_of(request: Request, now: datetime) -> bytes | None:
    """The sender of a request; None for a portal, through which a whole province speaks."""
    network = request.headers.get(SENDER)
    if not network:
        return None
    return await cast(Sources, request.app.state.sources).hashed(network, now)


async def forget_sources(database: Database) -> None:
    """Forget the keys of days that are over, and with them whose hashes were whose."""
    async with database.statements() as connection:
        await connection.execute(_FORGET, to_vietnam(present()).date())


FORGET_SOURCES: Final = Periodic("forget-sources", REST_SECONDS, forget_sources)
"""For the survey's worker."""
