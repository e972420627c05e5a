"""Publishes a calendar's next version, and with it the next one of all that are derived from it."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.calendars.content import CalendarContent
from services.procedures.calendars.planning import Planned, plan
from services.procedures.calendars.reading import newest_versions
from services.procedures.facts import tell
from services.procedures.models import Calendar, CalendarVersion
from shared.events import CalendarPublished

PUBLISHING: Final = "calendars"
"""The lock's name: calendars rest on one another, so they are published one at a time."""


async def publish(
    session: AsyncSession, content: CalendarContent, *, by: str, at: datetime
) -> CalendarVersion:
    """Publish the next version of a calendar and of those derived from it, all or nothing.

    Raises Conflict when its number is not the next, Unprocessable when a calendar would not hold.
    """
    lock = func.pg_advisory_xact_lock(func.hashtextextended(PUBLISHING, 0))
    await session.execute(select(lock))
    planned = plan(await newest_versions(session), content)
    written = [await _write(session, one, by=by, at=at) for one in planned]
    return written[0]


async def _write(
    session: AsyncSession, planned: Planned, *, by: str, at: datetime
) -> CalendarVersion:
    calendar, content = planned.calendar, planned.content
    await session.execute(insert(Calendar).values(code=calendar.code).on_conflict_do_nothing())
    row = await session.get_one(Calendar, calendar.code, with_for_update=True)
    definition = calendar.model_dump(mode="json", exclude_none=True)
    version = CalendarVersion(
        code=calendar.code,
        version=calendar.version,
        definition=definition,
        base=content.base,
        base_version=planned.base_version,
        own=content.kept() if content.base else None,
        published_at=at,
        published_by=by,
    )
    session.add(version)
    fact = CalendarPublished(code=version.code, version=version.version, definition=definition)
    await tell(session, row, fact)
    return version
