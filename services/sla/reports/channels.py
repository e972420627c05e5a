"""How dossiers came in and how results went out: online, at the counter, at home, by post."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.models import Life
from services.sla.reports.counting import count
from services.sla.reports.questions import Group, Question
from services.sla.reports.rates import inside
from shared.events import WayOfReturn
from shared.working_time import VIETNAM_TIME

SINGLE: Final = ("boundary_free", "return_by_post_asked", "returned_by_post", "returned")
"""What only single dossiers tell."""

Key = tuple[str, ...]


async def by_channel(session: AsyncSession, question: Question) -> dict[Key, dict[str, int]]:
    """Count received dossiers by channel, and what single dossiers tell besides, by group.

    The channels are the keys of a row; those of which nothing came are left out.
    """
    counted = await count(session, question.grouped_by(*question.group_by, Group.CHANNEL))
    rows: dict[Key, dict[str, int]] = {}
    for row in counted:
        if row["received"]:
            key = tuple(row[group] for group in question.group_by)
            rows.setdefault(key, {})[row["channel"]] = int(row["received"])
    for told in (_received(question), _returned(question)):
        for found in (await session.execute(told)).mappings():
            key = tuple(found[group] for group in question.group_by)
            numbers = {name: found[name] for name in SINGLE if name in found}
            if any(numbers.values()):
                rows.setdefault(key, {}).update(numbers)
    return dict(sorted(rows.items()))


def _received(question: Question) -> Any:
    return _of_lives(
        question,
        Life.received_on.between(question.first, question.last),
        boundary_free=Life.boundary_free.is_(True),
        return_by_post_asked=Life.way_of_return == WayOfReturn.POST,
    )


def _returned(question: Question) -> Any:
    begins = _midnight(question.first)
    beyond = _midnight(question.last + timedelta(days=1))
    return _of_lives(
        question,
        (Life.returned_at >= begins) & (Life.returned_at < beyond),
        returned=Life.returned_at.is_not(None),
        returned_by_post=Life.returned_by == WayOfReturn.POST,
    )


def _of_lives(question: Question, when: ColumnElement[bool], **counted: ColumnElement[bool]) -> Any:
    groups = [getattr(Life, group).label(group.value) for group in question.group_by]
    numbers = [func.count().filter(holds).label(name) for name, holds in counted.items()]
    return select(*groups, *numbers).where(Life.counted, when, *inside(question)).group_by(*groups)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM_TIME)
