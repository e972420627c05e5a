"""One try to send something that waits in a queue, whichever way it ends; bounds of every queue."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Final, NamedTuple

from shared.notices.message import NotDelivered, Receipt

LEASE: Final = timedelta(seconds=120)
"""How long a claim keeps others away; longer than a try may take."""
TRY_SECONDS_MAX: Final = 90.0
"""Less than a lease, so that nobody else sends the same meanwhile."""
TAKEN_MAX: Final = 500
"""In one run of a queue."""
REST_SECONDS: Final = 5.0
"""Between two runs."""


class Refused(NamedTuple):
    """Why a channel did not take it; `final` when it never will."""

    code: str
    final: bool


async def tried(sending: Awaitable[Receipt]) -> Receipt | Refused:
    """Wait for a channel so long as a try may take; a refusal is an outcome like any other."""
    try:
        async with asyncio.timeout(TRY_SECONDS_MAX):
            return await sending
    except NotDelivered as refused:
        return Refused(refused.code, refused.final)
    except TimeoutError:
        return Refused("timeout", final=False)
