"""How many procedures stood at each online level, day by day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import ProcedureVersion
from services.procedures.records import OnlineLevel
from shared.errors import Unprocessable

DAYS_MAX: Final = 1830
ONE_DAY: Final = timedelta(days=1)
UNKNOWN: Final = "unknown"

Counts = dict[str, int]


async def history(session: AsyncSession, first: date, last: date) -> Sequence[tuple[date, Counts]]:
    """The counts of the first day, then of each day on which they changed; ends included.

    Raises Unprocessable when the days are out of order or too many.
    """
    if not timedelta() <= last - first < timedelta(days=DAYS_MAX):
        raise Unprocessable(
            f"Khoảng ngày phải theo thứ tự và không quá {DAYS_MAX} ngày.", code="period_invalid"
        )
    counts = await _changes(session, first, last)
    told: list[tuple[date, Counts]] = []
    running = dict.fromkeys((*OnlineLevel, UNKNOWN), 0)
    for day in sorted(counts.keys() | {first}):
        before = dict(running)
        for level, change in counts.get(day, {}).items():
            running[level] += change
        if day == first or running != before:
            told.append((day, dict(running)))
    return told


async def _changes(session: AsyncSession, first: date, last: date) -> dict[date, Counts]:
    """By day, how many more procedures stand at a level; all before count on the first day."""
    version = ProcedureVersion
    rows = await session.execute(
        select(
            version.valid_from,
            version.valid_to,
            func.coalesce(version.online_level, UNKNOWN).label("level"),
            func.count().label("number"),
        )
        .where(
            version.published_at.is_not(None),
            ~version.internal,
            version.valid_from <= last,
            or_(version.valid_to.is_(None), version.valid_to >= first),
        )
        .group_by(version.valid_from, version.valid_to, version.online_level)
    )
    changes: dict[date, Counts] = {}
    for row in rows:
        begins = changes.setdefault(max(row.valid_from, first), {})
        begins[row.level] = begins.get(row.level, 0) + row.number
        if row.valid_to is not None and row.valid_to < last:
            ends = changes.setdefault(row.valid_to + ONE_DAY, {})
            ends[row.level] = ends.get(row.level, 0) - row.number
    return changes
