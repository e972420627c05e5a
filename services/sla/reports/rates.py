"""On-time rates: exact shares of what was resolved, by group or by officer."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.models import Life
from services.sla.reports.counting import count
from services.sla.reports.questions import Group, Question, in_subtree
from services.sla.verdicts import Verdict

OFFICERS_MAX: Final = 5000


class Resolved(NamedTuple):
    """How what was resolved ended, by date; nothing resolved has no share."""

    groups: dict[str, str | None]
    early: int
    on_time: int
    late: int

    @property
    def resolved(self) -> int:
        """The denominator; less than nothing where a period only took results back."""
        return self.early + self.on_time + self.late

    @property
    def in_time(self) -> int:
        """The numerator."""
        return self.early + self.on_time

    @property
    def share(self) -> Fraction | None:
        """The on-time share, exactly."""
        return Fraction(self.in_time, self.resolved) if self.resolved > 0 else None


async def by_group(session: AsyncSession, question: Question) -> list[Resolved]:
    """Count what was resolved, a row for each group that resolved anything."""
    names = [group.value for group in question.group_by]
    rows = [
        Resolved(
            {name: row[name] for name in names},
            *(int(row[verdict]) for verdict in (Verdict.EARLY, Verdict.ON_TIME, Verdict.LATE)),
        )
        for row in await count(session, question)
    ]
    return [row for row in rows if row.early or row.on_time or row.late]


async def by_officer(session: AsyncSession, question: Question) -> list[Resolved]:
    """Count what each officer resolved, as it stands now: whoever did the last step."""
    rows = await session.execute(
        select(
            Life.agency,
            Life.officer,
            _ended(Verdict.EARLY),
            _ended(Verdict.ON_TIME, Verdict.NO_DUE_DATE),
            _ended(Verdict.LATE),
        )
        .where(Life.counted, Life.officer.is_not(None), *inside(question))
        .where(Life.ended_on.between(question.first, question.last))
        .group_by(Life.agency, Life.officer)
        .order_by(Life.agency, Life.officer)
        .limit(OFFICERS_MAX)
    )
    return [
        Resolved({"agency": agency, "officer": officer}, *ended) for agency, officer, *ended in rows
    ]


def inside(question: Question) -> Sequence[ColumnElement[bool]]:
    """The question's filters on single dossiers."""
    filters: list[ColumnElement[bool]] = []
    if question.agencies is not None:
        places = [
            Life.agency == agency if question.alone else in_subtree(Life.agency, agency)
            for agency in question.agencies
        ]
        filters.append(or_(false(), *places))
    wanted: dict[Group, Any] = {
        Group.CHANNEL: question.channel,
        Group.PROCEDURE: question.procedure,
        Group.FIELD: question.field,
        Group.LEVEL: question.level,
    }
    filters += [getattr(Life, name) == value for name, value in wanted.items() if value is not None]
    return filters


def _ended(*verdicts: Verdict) -> ColumnElement[int]:
    return func.count().filter(Life.verdict.in_(verdicts))
