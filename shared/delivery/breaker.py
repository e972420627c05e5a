"""Stops a consumer before a bug parks the whole stream."""

import asyncpg

from shared.delivery import measures
from shared.delivery.parking import NOT_YET

HEADS_MAX = 100
FAILING = """
    select count(*) from (
        select from parked
        where state <> 'waiting' and attempts > 0 and not starts_with(coalesce(error, ''), $1)
        limit $2
    ) heads
"""


class Breaker:
    """Open while more aggregates fail than single bad events explain.

    Events that wait for another owner do not count: what they wait for can only come when batches
    are taken.
    """

    def __init__(self, heads_max: int = HEADS_MAX) -> None:
        self._heads_max = heads_max
        self.is_open = False

    async def look(self, connection: asyncpg.Connection) -> None:
        """Count the failing heads anew."""
        failing = await connection.fetchval(FAILING, NOT_YET, self._heads_max + 1)
        opened = failing > self._heads_max
        if opened and not self.is_open:
            measures.alarm(
                "too many events fail, no batch is taken", failing_more_than=self._heads_max
            )
        self.is_open = opened
        measures.BREAKER.set(opened)
