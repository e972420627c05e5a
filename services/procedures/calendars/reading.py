"""Finds calendars and their versions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import CalendarVersion
from shared import paging
from shared.errors import NotFound


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


async def newest_versions(session: AsyncSession) -> dict[str, CalendarVersion]:
    """Every calendar's newest version, by code."""
    statement = (
        select(CalendarVersion)
        .ext(distinct_on(CalendarVersion.code))
        .order_by(CalendarVersion.code, CalendarVersion.version.desc())
    )
    return {version.code: version for version in await session.scalars(statement)}


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
