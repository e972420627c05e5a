"""Puts a calendar's next version forward, so that sla can tell what it would move."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import uuid_utils.compat as uuid7s
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import calendars
from services.procedures.calendars import CalendarContent, Planned
from services.procedures.facts import tell
from services.procedures.models import Calendar, CalendarPreview
from shared.clock import present
from shared.database import Database
from shared.errors import NotFound
from shared.events import CalendarPreviewed

PREVIEWS_KEPT: Final = timedelta(days=30)
"""As long as sla keeps what they would move."""


async def preview(
    session: AsyncSession, content: CalendarContent, *, by: str, at: datetime
) -> CalendarPreview:
    """Keep and tell what would be published; raises as publishing does, and NotFound."""
    newest = await calendars.newest_versions(session)
    if content.code not in newest:
        raise NotFound(f"Chưa có lịch {content.code}, nên chưa hồ sơ nào tính theo lịch này.")
    planned = calendars.plan(newest, content)
    asked = CalendarPreview(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        code=content.code,
        content=content.kept(),
        calendars=[one.calendar.code for one in planned],
        asked_at=at,
        asked_by=by,
    )
    session.add(asked)
    for one in sorted(planned, key=lambda one: one.calendar.code):
        await _tell(session, asked, one)
    return asked


async def get_preview(session: AsyncSession, code: str, identity: UUID) -> CalendarPreview:
    """What was put forward; raises NotFound, also when it is forgotten."""
    asked = await session.get(CalendarPreview, identity)
    if asked is None or asked.code != code:
        raise NotFound(f"Không có bản xem trước này của lịch {code}, hoặc đã quá hạn lưu.")
    return asked


async def forget_previews(database: Database) -> None:
    """Delete what was put forward long ago; there are few."""
    too_old = CalendarPreview.asked_at < present() - PREVIEWS_KEPT
    async with database.transaction() as session:
        await session.execute(delete(CalendarPreview).where(too_old))


async def _tell(session: AsyncSession, asked: CalendarPreview, planned: Planned) -> None:
    row = await session.get_one(Calendar, planned.calendar.code, with_for_update=True)
    fact = CalendarPreviewed(
        preview=str(asked.id),
        code=planned.calendar.code,
        version=planned.calendar.version,
        definition=planned.calendar.model_dump(mode="json", exclude_none=True),
        calendars=tuple(asked.calendars),
        previewed_at=asked.asked_at,
    )
    await tell(session, row, fact)
