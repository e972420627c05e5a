"""By what ways slips were collected: online, at kiosks, on paper, by calls."""

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import scope
from services.survey.models import Answer
from services.survey.schemas.collected import Collected, CollectedLine
from services.survey.schemas.suspicions import Standing
from services.survey.scores.asking import Asked
from shared import paging


async def list_lines(
    session: AsyncSession, asked: Asked, *, slips_min: int, after: str | None, limit: int
) -> tuple[list[CollectedLine], str | None]:
    """One page of agencies with slips enough, by code; raises NotFound for a foreign agency."""
    ways = [
        cast(func.count().filter(Answer.collected == way), Integer).label(way) for way in Collected
    ]
    query = (
        select(Answer.agency, func.count().label("slips"), *ways)
        .where(
            Answer.month.between(asked.first_month, asked.last_month),
            Answer.standing == Standing.COUNTED,
            scope.subtree(asked.principal, Answer.agency, asked.agency),
        )
        .group_by(Answer.agency)
        .having(func.count() >= slips_min)
        .order_by(Answer.agency)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(Answer.agency > paging.decode_texts(after, 1)[0])
    found = (await session.execute(query)).mappings().all()
    lines = [
        CollectedLine(
            agency=row["agency"], slips=row["slips"], ways={way: row[way] for way in Collected}
        )
        for row in found[:limit]
    ]
    return lines, paging.encode(lines[-1].agency) if len(found) > limit else None
