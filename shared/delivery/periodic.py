"""Work of a service's own that its worker does again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from prometheus_client import Counter

from shared.database import Database

FAILURES = Counter("motcua_periodic_failures", "Runs of periodic work that failed.", ["work"])
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Periodic:
    """What to do, and how long to rest after it; every process of the service does it."""

    name: str
    rest_seconds: float
    act: Callable[[Database], Awaitable[None]]

    async def run(self, database: Database) -> None:
        """Act until cancelled; a run that fails is logged, counted and tried again."""
        while True:
            try:
                await self.act(database)
            except Exception:
                # The relay and the consumer in this process must not suffer for it.
                FAILURES.labels(self.name).inc()
                log.exception("periodic work failed", work=self.name)
            await asyncio.sleep(self.rest_seconds)
