"""Counts visits in memory and writes them every second; a process that dies loses one second."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import asyncpg
import structlog

from services.survey.visits.buffer import Hits
from shared.clock import present
from shared.columns import columns
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.errors import NotFound
from shared.times import to_vietnam

FLUSH_SECONDS: Final = 1.0
SITES_KNOWN: Final = timedelta(seconds=30)
ONLINE: Final = timedelta(minutes=5)
"""Who was seen within it counts as being there now."""
FORGET_SECONDS: Final = 300.0
ROWS_A_TIME: Final = 20_000

_SITES = "select code from site"
_VISITS = """
    insert into site_day as d (site, day, visits)
    select * from unnest($1::text[], $2::date[], $3::int[]) order by 1, 2
    on conflict (site, day) do update set visits = d.visits + excluded.visits
"""
_SEEN = """
    insert into site_visitor as v (site, visitor, seen_at)
    select * from unnest($1::text[], $2::bytea[], $3::timestamptz[]) order by 1, 2
    on conflict (site, visitor) do update set seen_at = greatest(v.seen_at, excluded.seen_at)
"""
# Whoever is there now has come today: a visitor of before midnight counts again when seen again.
_COUNT = """
    select s.before + coalesce((select sum(visits) from site_day where site = s.code), 0) as total,
           coalesce((select visits from site_day where site = s.code and day = $2), 0) as today,
           (select count(*) from site_visitor
             where site = s.code and seen_at > $3 and seen_at >= $4) as online
    from site s where code = $1
"""
_FORGET = """
    delete from site_visitor where (site, visitor) in (
        select site, visitor from site_visitor where seen_at < $1 order by seen_at limit $2)
"""
log = structlog.get_logger()


class Figures(NamedTuple):
    """A site's counters; online ≤ today ≤ total."""

    total: int
    today: int
    online: int


class Visits:
    """The visits that this process heard of."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key
        self._hits = Hits()
        self._sites: frozenset[str] = frozenset()
        self._sites_read_at: datetime | None = None

    async def hit(self, site: str, visitor: str | None, now: datetime) -> None:
        """Count a hit; raises NotFound for a site that nobody registered."""
        if not await self._knows(site, now):
            raise NotFound("Trang này chưa đăng ký thống kê truy cập.", code="site_not_found")
        day = to_vietnam(now).date()
        known_as = None if visitor is None else self._known_as(visitor, day)
        self._hits.add(site, day, known_as, now)

    async def flush(self) -> None:
        """Write what came; what cannot be written now waits for the next time."""
        hits, self._hits = self._hits, Hits()
        if not hits:
            return
        visits = [(*key, count) for key, count in hits.visits.items()]
        seen = [(*who, at) for who, at in hits.seen.items()]
        try:
            async with self._database.raw() as connection:
                await connection.execute(_VISITS, *columns(visits))
                if seen:
                    await connection.execute(_SEEN, *columns(seen))
        except BaseException:
            hits.merge(self._hits)
            self._hits = hits
            raise

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write every second, and once more at the end."""
        flushing = asyncio.create_task(self._flush_for_ever())
        try:
            yield
        finally:
            flushing.cancel()
            with suppress(asyncio.CancelledError):
                await flushing
            with suppress(Exception):
                await self.flush()

    async def _flush_for_ever(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush()
            except Exception:
                log.exception("visits are not written yet")

    async def _knows(self, site: str, now: datetime) -> bool:
        read_at = self._sites_read_at
        if read_at is None or abs(now - read_at) > SITES_KNOWN:
            async with self._database.statements() as connection:
                rows = await connection.fetch(_SITES)
            self._sites = frozenset(row["code"] for row in rows)
            self._sites_read_at = now
        return site in self._sites

    def _known_as(self, visitor: str, day: date) -> bytes:
        return hmac.digest(self._key, f"visit/{day}/{visitor}".encode(), "sha256")[:16]


async def figures(connection: asyncpg.Connection, site: str, now: datetime) -> Figures:
    """A site's counters as they are written; raises NotFound."""
    local = to_vietnam(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    row = await connection.fetchrow(_COUNT, site, local.date(), now - ONLINE, midnight)
    if row is None:
        raise NotFound("Trang này chưa đăng ký thống kê truy cập.", code="site_not_found")
    return Figures(row["total"], row["today"], row["online"])


async def forget_visitors(database: Database) -> None:
    """Forget who is no longer there, a bounded number at a time."""
    async with database.raw() as connection:
        await connection.execute(_FORGET, present() - 2 * ONLINE, ROWS_A_TIME)


FORGET_VISITORS: Final = Periodic("forget-visitors", FORGET_SECONDS, forget_visitors)
"""For the survey's worker."""
