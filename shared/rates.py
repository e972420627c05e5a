"""How often something may be done: counted in windows of time, in the service's own database.

A subject is whatever the count is of (a code, a device, everybody together), as a keyed hash.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, NamedTuple

import asyncpg
from sqlalchemy import text

from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.errors import Problem

MINUTE, QUARTER, DAY = 60, 900, 86_400
KEPT_BEYOND: Final = timedelta(hours=1)
REST_SECONDS: Final = 900.0
ROWS_A_TIME: Final = 5000

_COUNT = """
    insert into rate as r (subject, window_seconds, counted, ends_at)
    select $1, seconds, 1, $2::timestamptz + make_interval(secs => seconds)
    from unnest($3::int[]) as w(seconds) order by seconds
    on conflict (subject, window_seconds) do update set
        counted = case when r.ends_at <= $2 then 1 else least(r.counted + 1, 1000000) end,
        ends_at = case when r.ends_at <= $2 then excluded.ends_at else r.ends_at end
    returning window_seconds, counted, ends_at
"""
_GIVE_BACK = """
    update rate set counted = greatest(counted - 1, 0) where subject = $1 and ends_at > $2
"""
_LOOK = "select window_seconds, counted, ends_at from rate where subject = $1 and ends_at > $2"
_FORGET = text(
    "delete from rate where (subject, window_seconds) in"
    " (select subject, window_seconds from rate where ends_at < :before"
    "  order by ends_at limit :rows)"
)


class TooMany(Problem):
    """429: too often; come again when the window is over."""

    status: ClassVar[int] = 429
    code = "too_many_requests"
    title = "Quá nhiều yêu cầu"


class Window(NamedTuple):
    """What was counted of a subject in a window that is not over."""

    seconds: int
    counted: int
    ends_at: datetime


async def count(
    connection: asyncpg.Connection, subject: bytes, windows: Sequence[int], now: datetime
) -> list[Window]:
    """Count once in each window (seconds); a window that is over begins anew."""
    rows = await connection.fetch(_COUNT, subject, now, list(windows))
    return [Window(*row) for row in rows]


async def look(connection: asyncpg.Connection, subject: bytes, now: datetime) -> list[Window]:
    """Tell what was counted without counting."""
    return [Window(*row) for row in await connection.fetch(_LOOK, subject, now)]


async def give_back(connection: asyncpg.Connection, subject: bytes, now: datetime) -> None:
    """Take one count back in every window."""
    await connection.execute(_GIVE_BACK, subject, now)


def retry_after(over: Iterable[Window], now: datetime) -> dict[str, str]:
    """The header that says when the last of the full windows is over."""
    wait = max(window.ends_at for window in over) - now
    return {"Retry-After": str(max(1, int(wait.total_seconds())))}


async def admit(
    connection: asyncpg.Connection, subject: bytes, most: dict[int, int], now: datetime
) -> None:
    """Count once and raise TooMany over `most` (by window, in seconds)."""
    counted = await count(connection, subject, list(most), now)
    over = [window for window in counted if window.counted > most[window.seconds]]
    if over:
        raise TooMany(
            "Quá nhiều yêu cầu trong thời gian ngắn; hãy thử lại sau.",
            headers=retry_after(over, now),
        )


async def forget_rates(database: Database) -> None:
    """Delete windows that are over, a bounded number at a time."""
    async with database.transaction() as session:
        await session.execute(_FORGET, {"before": present() - KEPT_BEYOND, "rows": ROWS_A_TIME})


FORGET_RATES: Final = Periodic("forget-rates", REST_SECONDS, forget_rates)
"""For the worker of a service that counts."""
