"""Scores line by line; what too few people said is not shown (D61 27(3))."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.instruments import registry
from services.survey.instruments.registry import Versions
from services.survey.models import Score, ScoreOption, ScoreQuestion
from services.survey.scores.asking import Asked
from services.survey.scores.means import Answered, Chosen, QuestionScore, question_scores
from shared import paging


@dataclass(frozen=True, slots=True)
class Line:
    """The slips of one group; both parts are None where too few people answered."""

    group: str | None
    slips: int | None
    questions: Sequence[QuestionScore] | None


async def list_lines(
    session: AsyncSession, asked: Asked, *, slips_min: int, after: str | None, limit: int
) -> tuple[list[Line], str | None]:
    """One page of lines by group; raises NotFound for a foreign agency, Unprocessable."""
    key = asked.key(Score)
    statement = (
        select(key, func.sum(Score.slips))
        .where(*asked.rows(Score))
        .group_by(key)
        .order_by(key)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.having(key > paging.decode_texts(after, 1)[0])
    counted = [(str(group), int(slips)) for group, slips in await session.execute(statement)]
    page, more = counted[:limit], len(counted) > limit
    shown = [group for group, slips in page if slips >= slips_min]
    scored = await _scored(session, asked, shown, slips_min)
    lines = [
        Line(group, slips, scored[group]) if group in scored else Line(group, None, None)
        for group, slips in page
    ]
    return lines, paging.encode(page[-1][0]) if more else None


async def get_total(session: AsyncSession, asked: Asked, *, slips_min: int) -> Line:
    """All groups together.

    Not shown either when the hidden groups together are so few that subtracting the shown ones
    would uncover them.
    """
    key = asked.key(Score)
    grouped = (
        select(func.sum(Score.slips).label("slips"))
        .where(*asked.rows(Score))
        .group_by(key)
        .subquery()
    )
    hidden_slips = func.sum(grouped.c.slips).filter(grouped.c.slips < slips_min)
    row = (await session.execute(select(func.sum(grouped.c.slips), hidden_slips))).one()
    slips, hidden = int(row[0] or 0), int(row[1] or 0)
    if slips < slips_min or 0 < hidden < slips_min:
        return Line(None, None, None)
    options = select(*OPTION).where(*asked.rows(ScoreOption)).group_by(*OPTION[:-1])
    questions = select(*QUESTION).where(*asked.rows(ScoreQuestion)).group_by(*QUESTION[:-2])
    scored = question_scores(
        [Chosen(*found) for found in await session.execute(options)],
        [Answered(*found) for found in await session.execute(questions)],
        await registry.versions(session),
        answers_min=slips_min,
    )
    return Line(None, slips, scored)


OPTION: Final = (
    ScoreOption.instrument,
    ScoreOption.instrument_version,
    ScoreOption.question,
    ScoreOption.option,
    func.sum(ScoreOption.answers),
)
QUESTION: Final = (
    ScoreQuestion.instrument,
    ScoreQuestion.instrument_version,
    ScoreQuestion.question,
    func.sum(ScoreQuestion.answers),
    func.sum(ScoreQuestion.total),
)


async def _scored(
    session: AsyncSession, asked: Asked, groups: Sequence[str], answers_min: int
) -> dict[str, list[QuestionScore]]:
    if not groups:
        return {}
    key = asked.key(ScoreOption)
    options = (
        select(key, *OPTION)
        .where(*asked.rows(ScoreOption), key.in_(groups))
        .group_by(key, *OPTION[:-1])
    )
    key = asked.key(ScoreQuestion)
    questions = (
        select(key, *QUESTION)
        .where(*asked.rows(ScoreQuestion), key.in_(groups))
        .group_by(key, *QUESTION[:-2])
    )
    versions: Versions = await registry.versions(session)
    chosen: dict[str, list[Any]] = defaultdict(list)
    answered: dict[str, list[Any]] = defaultdict(list)
    for group, *found in await session.execute(options):
        chosen[group].append(Chosen(*found))
    for group, *found in await session.execute(questions):
        answered[group].append(Answered(*found))
    return {
        group: question_scores(chosen[group], answered[group], versions, answers_min=answers_min)
        for group in groups
    }
