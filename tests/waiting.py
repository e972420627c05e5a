"""Tests wait for a condition with a deadline; they never sleep and hope."""

import asyncio
import time
from collections.abc import Awaitable, Callable

PAUSE_SECONDS = 0.01


async def until(
    condition: Callable[[], bool | Awaitable[bool]], *, seconds: float, what: str
) -> None:
    """Return as soon as the condition holds; raises AssertionError naming what never came."""
    deadline = time.monotonic() + seconds
    while True:
        held = condition()
        if held if isinstance(held, bool) else await held:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        await asyncio.sleep(PAUSE_SECONDS)
