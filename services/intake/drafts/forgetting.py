"""Forgets drafts that nobody has touched for long."""

from typing import Final

from sqlalchemy import text

from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic

REST_SECONDS: Final = 3600.0
ROWS_A_TIME: Final = 1000

_FORGET = text(
    "delete from draft where id in"
    " (select id from draft where expires_at < :now order by expires_at limit :rows)"
)


async def forget_drafts(database: Database) -> None:
    """Delete expired drafts, a bounded number at a time; the rest waits for the next time."""
    async with database.transaction() as session:
        await session.execute(_FORGET, {"now": present(), "rows": ROWS_A_TIME})


FORGET_DRAFTS: Final = Periodic("forget-drafts", REST_SECONDS, forget_drafts)
"""For intake's worker."""
