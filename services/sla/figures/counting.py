"""Counts all that a set of figures needs, in a few statements, for many agencies at once."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.figures import answers, errors, facets, holders, petitions, procedures, progress
from services.sla.figures.facets import Facet
from services.sla.figures.procedures import Catalogue
from services.sla.figures.scope import Scope, lies_within
from services.sla.reports.counting import count as count_ii06a
from services.sla.reports.questions import Group, Question
from shared.database import driver_of


class Source(StrEnum):
    """What must be read for a figure."""

    COUNTERS = "counters"
    LIVES = "lives"
    PROGRESS = "progress"
    PROCEDURES = "procedures"
    ERRORS = "errors"
    PETITIONS = "petitions"
    ANSWERS = "answers"
    HOLDERS = "holders"


Numbers = Mapping[str, Mapping[str, int]]
COUNTS: Final[Mapping[Source, Callable[[asyncpg.Connection, Scope], Awaitable[Numbers]]]] = {
    Source.PROGRESS: progress.count,
    Source.ERRORS: errors.count,
    Source.PETITIONS: petitions.count,
    Source.ANSWERS: answers.count,
    Source.HOLDERS: holders.count,
}
FROM_COUNTERS: Final = ("received", "early", "on_time", "late")


@dataclass(slots=True)
class Counted:
    """What was counted, by source and deciding agency."""

    numbers: dict[Source, Numbers] = field(default_factory=dict)
    catalogue: Catalogue | None = None

    def sum(self, source: Source, name: str, agency: str | None) -> int:
        """One number of an agency and all below it; None is the whole scope."""
        return sum(
            numbers.get(name, 0)
            for code, numbers in self.numbers[source].items()
            if agency is None or lies_within(code, agency)
        )


async def load(
    session: AsyncSession,
    scope: Scope,
    sources: Collection[Source],
    wanted: frozenset[Facet] = frozenset(),
) -> Counted:
    """Count within a scope what these sources tell."""
    counted = Counted()
    connection = await driver_of(await session.connection())
    if Source.COUNTERS in sources:
        counted.numbers[Source.COUNTERS] = await _counters(session, scope)
    if wanted:
        counted.numbers[Source.LIVES] = await facets.count(session, scope, wanted)
    for source in sorted(set(sources) & COUNTS.keys()):
        counted.numbers[source] = await COUNTS[source](connection, scope)
    if Source.PROCEDURES in sources:
        counted.catalogue = await procedures.load(connection, scope)
    return counted


async def _counters(session: AsyncSession, scope: Scope) -> Numbers:
    """What II.06a counts, so that a share is that of the submitted report."""
    question = Question(
        scope.first, scope.last, scope.agencies, group_by=(Group.AGENCY, Group.LEVEL)
    )
    counted: dict[str, Counter[str]] = {}
    for row in await count_ii06a(session, question):
        if not scope.levels or row["level"] in scope.levels:
            numbers = counted.setdefault(row["agency"], Counter())
            numbers.update({name: int(row[name]) for name in FROM_COUNTERS})
    return counted
