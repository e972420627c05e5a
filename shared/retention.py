"""Forgets answers kept under idempotency keys, once nobody can still be asking for them."""

from datetime import timedelta
from typing import Final

from sqlalchemy import text

from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic

ANSWERS_KEPT: Final = timedelta(days=30)
"""At least seven days are promised; a month outlives any queue of the postal service."""

ROWS_A_TIME: Final = 2000
REST_SECONDS: Final = 600.0

_FORGET = text(
    "delete from idempotency where (client, key) in"
    " (select client, key from idempotency where answered_at < :before"
    "  order by answered_at limit :rows)"
)


async def forget_answers(database: Database) -> None:
    """Delete what is too old, a bounded number at a time, so that no lock lasts."""
    forgotten = ROWS_A_TIME
    while forgotten == ROWS_A_TIME:
        async with database.transaction() as session:
            done = await session.execute(
                _FORGET, {"before": present() - ANSWERS_KEPT, "rows": ROWS_A_TIME}
            )
            forgotten = done.rowcount  # type: ignore[attr-defined]


FORGET_ANSWERS: Final = Periodic("forget-answers", REST_SECONDS, forget_answers)
"""For every worker whose service keeps answers."""
