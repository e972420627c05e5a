"""What the slips of agencies say about the indices and about satisfaction as a whole."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.instruments import registry
from services.survey.instruments.registry import Versions
from services.survey.models import Score, ScoreOption
from services.survey.scores.asking import Asked, GroupBy
from services.survey.scores.periods import Period
from shared.identity import Principal

OVERALL: Final = "overall"


@dataclass(slots=True)
class Said:
    """What an agency's slips say."""

    slips: int = 0
    points: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    scored: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    overall: dict[str, int] = field(default_factory=lambda: defaultdict(int))


async def by_agency(
    session: AsyncSession, principal: Principal, agency: str | None, period: Period
) -> dict[str, Said]:
    """Count what was said in a period; raises NotFound for a foreign agency."""
    versions = await registry.versions(session)
    worth = _worth(versions)
    asked = Asked(principal, agency, period.first, period.last.replace(day=1), GroupBy.AGENCY)
    asking = tuple_(ScoreOption.instrument, ScoreOption.instrument_version, ScoreOption.question)
    option = (*asking.clauses, ScoreOption.option)
    query = (
        select(ScoreOption.agency, *option, func.sum(ScoreOption.answers))
        .where(*asked.rows(ScoreOption), asking.in_({spot[:3] for spot in worth}))
        .group_by(ScoreOption.agency, *option)
    )
    said: dict[str, Said] = defaultdict(Said)
    for code, *spot, answers in await session.execute(query):
        index, points = worth[tuple(spot)]
        if index is None:
            said[code].overall[spot[3]] += answers
        elif points is not None:
            said[code].points[index] += points * answers
            said[code].scored[index] += answers
    feeding = {spot[:2] for spot in worth}
    slips = (
        select(Score.agency, func.sum(Score.slips))
        .where(
            *asked.rows(Score),
            tuple_(Score.instrument, Score.instrument_version).in_(feeding),
        )
        .group_by(Score.agency)
    )
    for code, count in await session.execute(slips):
        said[code].slips = count
    return said


def _worth(versions: Versions) -> dict[tuple[str, int, str, str], tuple[int | None, int | None]]:
    """Index and points of each option of the slips that feed indices; no index: how satisfied."""
    return {
        (code, version, question.id, option.id): (question.index, option.points)
        for (code, version), instrument in versions.items()
        if any(question.index is not None for question in instrument.questions)
        for question in instrument.questions
        if question.index is not None or question.id == OVERALL
        for option in question.options
    }
