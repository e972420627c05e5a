"""Who is satisfied: by lateness, channel, agency, month …, with earlier periods and ranks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.instruments import registry
from services.survey.models import ScoreOption
from services.survey.schemas.instruments import Content
from services.survey.scores.asking import YEAR, Asked, GroupBy, shifted
from services.survey.scores.means import percent
from services.survey.scores.nine import ranks


@dataclass(slots=True)
class Tally:
    """Answers to "all in all, are you satisfied", and how many say yes."""

    answers: int = 0
    satisfied: int = 0

    @property
    def percent(self) -> Decimal | None:
        """The share, two decimals."""
        return percent(self.satisfied, self.answers)


@dataclass(frozen=True, slots=True)
class Line:
    """One group, with the period before and the same period a year earlier.

    What too few people said is None; `change` is in percentage points.
    """

    group: str
    answers: int | None
    satisfied: int | None
    percent: Decimal | None
    before: Decimal | None
    year_before: Decimal | None
    change: Decimal | None
    rank: int | None


Tallies = Mapping[str, Tally]


async def list_lines(session: AsyncSession, asked: Asked, *, answers_min: int) -> list[Line]:
    """All groups; raises NotFound for a foreign agency."""
    if asked.group_by == GroupBy.MONTH:
        with_earlier = replace(asked, first_month=shifted(asked.first_month, -YEAR))
        every = await _tallies(session, with_earlier, answers_min)
        now = {group: one for group, one in every.items() if group >= f"{asked.first_month:%Y-%m}"}
        before = {group: every.get(_month(group, 1), Tally()) for group in now}
        year_before = {group: every.get(_month(group, YEAR), Tally()) for group in now}
    else:
        now = await _tallies(session, asked, answers_min)
        before = await _tallies(session, asked.earlier(asked.months), answers_min)
        year_before = await _tallies(session, asked.earlier(YEAR), answers_min)
    shown = {group: tally for group, tally in now.items() if tally.answers}
    places = dict(zip(shown, ranks([_exact(tally) for tally in shown.values()]), strict=True))
    return [
        _line(group, tally, before.get(group), year_before.get(group), places.get(group))
        for group, tally in sorted(now.items())
    ]


async def _tallies(session: AsyncSession, asked: Asked, answers_min: int) -> dict[str, Tally]:
    """By group; a group of too few keeps its place and tells nothing."""
    satisfied = {
        (one.code, one.version, question.id, option.id): bool(option.satisfied)
        for one in await registry.published(session)
        for question in one.questions
        if question.content == Content.SATISFACTION and question.factor is None
        for option in question.options
    }
    asking = tuple_(ScoreOption.instrument, ScoreOption.instrument_version, ScoreOption.question)
    option = (*asking.clauses, ScoreOption.option)
    key = asked.key(ScoreOption)
    query = (
        select(key, *option, func.sum(ScoreOption.answers))
        .where(*asked.rows(ScoreOption), asking.in_({spot[:3] for spot in satisfied}))
        .group_by(key, *option)
    )
    tallies: dict[str, Tally] = defaultdict(Tally)
    for group, *spot, answers in await session.execute(query):
        tally = tallies[group]
        tally.answers += answers
        tally.satisfied += answers * satisfied[tuple(spot)]
    return {
        group: tally if tally.answers >= answers_min else Tally()
        for group, tally in tallies.items()
    }


def _line(
    group: str, tally: Tally, before: Tally | None, year_before: Tally | None, rank: int | None
) -> Line:
    share, earlier = tally.percent, before.percent if before else None
    return Line(
        group=group,
        answers=tally.answers or None,
        satisfied=tally.satisfied if tally.answers else None,
        percent=share,
        before=earlier,
        year_before=year_before.percent if year_before else None,
        change=None if share is None or earlier is None else share - earlier,
        rank=rank,
    )


def _exact(tally: Tally) -> Fraction:
    return Fraction(tally.satisfied, tally.answers)


def _month(group: str, months: int) -> str:
    """The name of the month that was so many months before."""
    year, month = group.split("-")
    return f"{shifted(date(int(year), int(month), 1), -months):%Y-%m}"
