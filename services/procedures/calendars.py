"""What can be done with working calendars: publish the next version, read one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.facts import tell
from services.procedures.models import Calendar, CalendarVersion
from shared import paging, working_time
from shared.errors import Conflict, NotFound, Unprocessable
from shared.events import CalendarPublished

NULL_CHARACTER: Final = "\\u0000"
"""Valid in JSON, refused by PostgreSQL's jsonb."""


async def publish(
    session: AsyncSession, calendar: working_time.Calendar, *, by: str, at: datetime
) -> CalendarVersion:
    """Publish the next version of a calendar; raises Conflict when its number is not the next."""
    _refuse_unusable(calendar)
    await session.execute(insert(Calendar).values(code=calendar.code).on_conflict_do_nothing())
    row = await session.get_one(Calendar, calendar.code, with_for_update=True)
    expected = await _newest_number(session, calendar.code) + 1
    if calendar.version != expected:
        raise Conflict(
            f"Phiên bản tiếp theo của lịch {calendar.code} là {expected}.",
            code="calendar_version_not_next",
            expected=expected,
        )
    definition = calendar.model_dump(mode="json", exclude_none=True)
    version = CalendarVersion(
        code=calendar.code,
        version=calendar.version,
        definition=definition,
        published_at=at,
        published_by=by,
    )
    session.add(version)
    fact = CalendarPublished(code=version.code, version=version.version, definition=definition)
    await tell(session, row, fact)
    return version


async def find_version(session: AsyncSession, code: str, number: int) -> CalendarVersion | None:
    """The calendar's version of that number, if it is published."""
    return await session.get(CalendarVersion, (code, number))


async def get_version(session: AsyncSession, code: str, number: int) -> CalendarVersion:
    """The calendar's version of that number; raises NotFound."""
    version = await find_version(session, code, number)
    if version is None:
        raise NotFound(f"Không có phiên bản {number} của lịch {code}.")
    return version


async def get_newest(session: AsyncSession, code: str) -> CalendarVersion:
    """The calendar's newest version; raises NotFound."""
    version = await session.scalar(
        select(CalendarVersion)
        .where(CalendarVersion.code == code)
        .order_by(CalendarVersion.version.desc())
        .limit(1)
    )
    if version is None:
        raise NotFound(f"Không có lịch {code}.")
    return version


async def list_newest(
    session: AsyncSession, *, after: str | None, limit: int
) -> tuple[Sequence[CalendarVersion], str | None]:
    """One page of calendars by code, each in its newest version; and its next cursor."""
    statement = (
        select(CalendarVersion)
        .ext(distinct_on(CalendarVersion.code))
        .order_by(CalendarVersion.code, CalendarVersion.version.desc())
        .limit(limit + 1)
    )
    if after is not None:
        (past_code,) = paging.decode_texts(after, 1)
        statement = statement.where(CalendarVersion.code > past_code)
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    return page, paging.encode(page[-1].code) if len(found) > limit else None


async def _newest_number(session: AsyncSession, code: str) -> int:
    newest = await session.scalar(
        select(func.max(CalendarVersion.version)).where(CalendarVersion.code == code)
    )
    return newest or 0


def _refuse_unusable(calendar: working_time.Calendar) -> None:
    try:
        working_time.WorkingTime(calendar)
    except working_time.WorkingTimeError as unusable:
        raise Unprocessable(str(unusable), code=unusable.code) from unusable
    if NULL_CHARACTER in calendar.model_dump_json():
        raise Unprocessable("Lịch chứa ký tự điều khiển.", code="control_character")
