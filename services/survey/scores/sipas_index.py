"""Counts what SIPAS slips say in the months asked for."""

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import instruments
from services.survey.instruments.packaged import SIPAS
from services.survey.models import ScoreOption
from services.survey.scores import sipas
from services.survey.scores.asking import Asked


async def of_months(session: AsyncSession, asked: Asked, *, answers_min: int) -> sipas.Result:
    """The whole of what is asked for, over all versions; raises NotFound for a foreign agency."""
    option = (ScoreOption.question, ScoreOption.option)
    query = (
        select(*option, func.sum(ScoreOption.answers))
        .where(*asked.rows(ScoreOption), ScoreOption.instrument == SIPAS)
        .group_by(*option)
    )
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for question, chosen, answers in await session.execute(query):
        counted[question, chosen] += answers
    return sipas.result(instruments.current(SIPAS), counted, answers_min=answers_min)
