"""Lists the dossiers behind a computed figure: all it divides by, each counting or not."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.figures import progress
from services.sla.figures.dues import DUE_ON
from services.sla.figures.facets import MEANINGS
from services.sla.figures.formulas import Formula
from services.sla.figures.scope import Scope, of_lives
from services.sla.models import Life
from services.sla.verdicts import Verdict
from shared import paging
from shared.database import driver_of

JUDGED_CHUNK: Final = 500
CHUNKS_MAX: Final = 20
"""A page that finds too little in so many dossiers ends early, with a cursor to go on."""
SHOWN: Final = (
    Life.dossier, Life.code, Life.agency, Life.procedure, Life.channel, Life.received_on,
    DUE_ON, Life.ended_on, Life.supplements,
)  # fmt: skip


class Behind(NamedTuple):
    """A dossier that a figure divides by, and whether it counts in the numerator."""

    dossier: UUID
    code: str
    agency: str
    procedure: str
    channel: str
    received_on: date
    due_on: date | None
    ended_on: date | None
    supplements: int
    counts: bool


async def list_behind(
    session: AsyncSession,
    formula: Formula,
    scope: Scope,
    *,
    counts: bool | None,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Behind], str | None]:
    """One page by dossier, and its next cursor."""
    if not formula.facets:
        return await _judged(session, scope, counts=counts, after=after, limit=limit)
    meaning = MEANINGS[formula.facets[0]]
    hits = meaning.counts(scope)
    statement = _lives(scope, meaning.within(scope), after, limit + 1, hits.label("counts"))
    if counts is not None:
        statement = statement.where(hits.is_(counts))
    rows = [Behind(*row) for row in (await session.execute(statement)).all()]
    return _page(rows, limit)


async def _judged(
    session: AsyncSession, scope: Scope, *, counts: bool | None, after: UUID | None, limit: int
) -> tuple[Sequence[Behind], str | None]:
    """Decision 766's verdicts are told one by one: no column has them."""
    connection = await driver_of(await session.connection())
    received = Life.received_on.between(scope.first, scope.last)
    found: list[Behind] = []
    for _ in range(CHUNKS_MAX):
        statement = _lives(scope, received, after, JUDGED_CHUNK)
        rows = (await session.execute(statement)).all()
        verdicts = await progress.judge(connection, [row[0] for row in rows], scope)
        for row in rows:
            one = Behind._make((*row, verdicts.get(row[0]) is Verdict.ON_TIME))
            if counts is None or one.counts is counts:
                found.append(one)
        if len(rows) < JUDGED_CHUNK or len(found) > limit:
            return _page(found, limit)
        after = rows[-1][0]
    return found, paging.encode(str(after))


def _lives(scope: Scope, when: Any, after: UUID | None, limit: int, *more: Any) -> Any:
    statement = select(*SHOWN, *more).where(and_(when, *of_lives(scope))).order_by(Life.dossier)
    if after is not None:
        statement = statement.where(Life.dossier > after)
    return statement.limit(limit)


def _page(rows: Sequence[Behind], limit: int) -> tuple[Sequence[Behind], str | None]:
    page = rows[:limit]
    return page, paging.encode(str(page[-1].dossier)) if len(rows) > limit else None
