"""Figures that count single dossiers: which ones are divided by, and which of them count."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.entries import End
from services.sla.figures.dues import clock_due_before
from services.sla.figures.scope import Scope, of_lives
from services.sla.models import Life, ProcedureCopy
from services.sla.reports.questions import ONLINE
from services.sla.verdicts import Verdict
from shared.events import Channel, WayOfReturn
from shared.working_time import business_date


class Facet(StrEnum):
    """A figure about dossiers."""

    ON_TIME = "on_time_share"
    ONLINE = "online_share"
    ONLINE_WITH_RESULT = "online_with_electronic_result_share"
    PARTIAL_ONLINE = "partial_online_share"
    FULL_ONLINE = "full_online_share"
    POST = "bcci_share"
    PAID_ONLINE = "paid_online_share"
    DIGITAL_RESULT = "digitised_result_share"
    DIGITISED = "digitised_papers_share"
    REUSED = "reused_papers_share"
    EARLY_RESULT = "early_result_share"
    RESULT_IN_TIME = "result_in_time_share"
    ONLINE_LATE = "online_late_share"


@dataclass(frozen=True, slots=True)
class Meaning:
    """On which day a dossier belongs to a period, which ones are divided by, and which count."""

    day: Any
    hits: ColumnElement[bool]
    among: ColumnElement[bool]
    or_overdue: bool = False
    """Whether one that is open and past its due when the period ends counts as well."""

    def counts(self, scope: Scope) -> ColumnElement[bool]:
        """Which of the denominator are in the numerator."""
        if not self.or_overdue:
            return self.hits
        overdue = and_(Life.ended_on.is_(None), clock_due_before(business_date(scope.until)))
        return func.coalesce(or_(self.hits, overdue), False)

    def within(self, scope: Scope) -> ColumnElement[bool]:
        """The denominator of a period."""
        return and_(self.day.between(scope.first, scope.last), self.among)


def _received(hits: ColumnElement[bool], among: ColumnElement[bool] | None = None) -> Meaning:
    return Meaning(Life.received_on, hits, true() if among is None else among)


def _resolved(hits: ColumnElement[bool]) -> Meaning:
    return Meaning(Life.ended_on, hits, RESULT)


def _judged(hits: ColumnElement[bool]) -> Meaning:
    """Results that had a due date."""
    return Meaning(Life.ended_on, hits, and_(RESULT, Life.verdict != Verdict.NO_DUE_DATE))


def _of_online_level(level: str) -> ColumnElement[bool]:
    """By the version that the dossier is pinned to."""
    return exists().where(
        ProcedureCopy.code == Life.procedure,
        ProcedureCopy.version == Life.procedure_version,
        ProcedureCopy.document["online_level"].astext == level,
    )


RESULT: Final = func.coalesce(Life.outcome.in_([end.value for end in End if end.is_result]), False)
FILED_ONLINE: Final = Life.channel.in_(ONLINE)

MEANINGS: Final = {
    Facet.ON_TIME: Meaning(Life.ended_on, Life.verdict != Verdict.LATE, Life.verdict.is_not(None)),
    Facet.ONLINE: _received(FILED_ONLINE),
    # Decision 766, 3.3: a result that is there on paper only makes a dossier not online.
    Facet.ONLINE_WITH_RESULT: _received(and_(FILED_ONLINE, or_(not_(RESULT), Life.digital_result))),
    Facet.PARTIAL_ONLINE: _received(FILED_ONLINE, _of_online_level("partial")),
    Facet.FULL_ONLINE: _received(FILED_ONLINE, _of_online_level("full")),
    Facet.POST: _received(
        or_(Life.channel == Channel.POSTAL, Life.way_of_return == WayOfReturn.POST)
    ),
    Facet.PAID_ONLINE: _received(Life.paid_online.is_(True), Life.fees_demanded > 0),
    Facet.DIGITAL_RESULT: _resolved(Life.digital_result.is_(True)),
    Facet.DIGITISED: _resolved(
        and_(Life.digital_papers + Life.reused_papers > 0, Life.digital_result)
    ),
    Facet.REUSED: _received(Life.reused_papers > 0),
    Facet.EARLY_RESULT: _judged(Life.verdict == Verdict.EARLY),
    Facet.RESULT_IN_TIME: _judged(Life.verdict != Verdict.LATE),
    Facet.ONLINE_LATE: Meaning(
        Life.received_on, Life.verdict == Verdict.LATE, FILED_ONLINE, or_overdue=True
    ),
}


async def count(
    session: AsyncSession, scope: Scope, facets: frozenset[Facet]
) -> dict[str, dict[str, int]]:
    """Count numerators (`name`) and denominators (`name_of`), by the deciding agency."""
    columns = []
    for facet in sorted(facets):
        meaning = MEANINGS[facet]
        inside = meaning.within(scope)
        columns.append(func.count().filter(and_(inside, meaning.counts(scope))).label(facet.value))
        columns.append(func.count().filter(inside).label(f"{facet}_of"))
    days = {MEANINGS[facet].day for facet in facets}
    statement = (
        select(Life.agency, *columns)
        .where(or_(*(day.between(scope.first, scope.last) for day in days)), *of_lives(scope))
        .group_by(Life.agency)
    )
    rows = (await session.execute(statement)).mappings()
    return {row["agency"]: {name: row[name] for name in row if name != "agency"} for row in rows}
