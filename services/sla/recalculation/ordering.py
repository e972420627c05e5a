"""Orders a recalculation, and tells what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import uuid_utils.compat as uuid7s
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import calendars, rules
from services.sla.models import RecalculationOrder
from shared import outbox, paging
from shared.database import driver_of
from shared.errors import Conflict, NotFound, Unprocessable
from shared.events import RecalculationOrdered
from shared.working_time import business_date

FIND: Final = """
select given.*, applied.superseded, applied.later, applied.earlier, applied.kept, applied.as_told
  from recalculation_order as given
  left join recalculation as applied using (id)
"""
ONE: Final = f"{FIND} where id = $1"
PAGE: Final = f"{FIND} where $1::uuid is null or id < $1 order by id desc limit $2"


async def order(
    session: AsyncSession,
    *,
    ordered_by: str,
    calendar: str,
    version: int,
    later_only: bool | None,
    ground: str,
    now: datetime,
) -> RecalculationOrder:
    """Order to count every open clock of a calendar by its newest version.

    Raises Unprocessable for a calendar that was never told, Conflict for another version.
    """
    connection = await driver_of(await session.connection())
    newest = (await calendars.newest(connection, [calendar])).get(calendar)
    if newest is None or version > newest.published:
        raise Unprocessable(
            "Chưa có lịch làm việc nào mang mã và phiên bản này.", code="unknown_calendar"
        )
    if version < newest.published:
        raise Conflict(
            f"Lịch đã có phiên bản {newest.published}; chỉ tính lại theo phiên bản mới nhất.",
            code="calendar_superseded",
            newest=newest.published,
        )
    if later_only is None:
        later_only = rules.value("recalculation_later_only", business_date(now))
    given = RecalculationOrder(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        calendar=calendar,
        calendar_version=version,
        later_only=later_only,
        ground=ground,
        ordered_by=ordered_by,
        ordered_at=now,
    )
    session.add(given)
    fact = RecalculationOrdered(
        calendar=calendar,
        calendar_version=version,
        later_only=given.later_only,
        ground=ground,
        ordered_by=ordered_by,
        ordered_at=now,
    )
    await outbox.record(session, "sla", given, fact)
    return given


async def one(connection: asyncpg.Connection, order_id: UUID) -> asyncpg.Record:
    """An order with what came of it; raises NotFound."""
    row = await connection.fetchrow(ONE, order_id)
    if row is None:
        raise NotFound("Không có lệnh tính lại này.", code="recalculation_not_found")
    return row


async def page(
    connection: asyncpg.Connection, after: str | None, limit: int
) -> tuple[Sequence[asyncpg.Record], str | None]:
    """Orders, the newest first."""
    past = None if after is None else _past(after)
    rows = await connection.fetch(PAGE, past, limit + 1)
    more = len(rows) > limit
    return rows[:limit], paging.encode(str(rows[limit - 1]["id"])) if more else None


def _past(cursor: str) -> UUID:
    (given,) = paging.decode_texts(cursor, 1)
    try:
        return UUID(given)
    except ValueError as broken:
        raise paging.unreadable() from broken
