"""What the system knows of an officer's indices (Circular 01/2018 Art 14): the time of results."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.figures.circular01 import BEST, OFFICER_INDICES, duty_of, time_points
from services.sla.figures.facets import MEANINGS, Facet
from services.sla.figures.scope import Scope, of_lives
from services.sla.indices.schemes import rounded
from services.sla.models import Life

OFFICERS_MAX: Final = 5000
TENTH: Final = Decimal("0.1")


class Officer(NamedTuple):
    """An officer's means by index; those without data are left out of the sum (Art 15(4)(b))."""

    agency: str
    officer: str
    results: int
    means: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        """The sum of the means that are known."""
        return sum(self.means.values(), Decimal(0))

    @property
    def left_out(self) -> list[str]:
        """Indices that nothing is known of: people's answers are not linked to an officer."""
        return [index for index in OFFICER_INDICES if index not in self.means]

    @property
    def duty(self) -> str | None:
        """The grade of the duty; none while an index is missing, for its bounds are of all five."""
        return None if self.left_out else duty_of(Fraction(self.total))


async def list_officers(session: AsyncSession, scope: Scope) -> list[Officer]:
    """Everybody who finished a result with a due date within the period, by agency."""
    early, in_time = MEANINGS[Facet.EARLY_RESULT], MEANINGS[Facet.RESULT_IN_TIME]
    rows = await session.execute(
        select(
            Life.agency,
            Life.officer,
            func.count().filter(early.hits),
            func.count().filter(in_time.hits),
            func.count(),
        )
        .where(and_(in_time.within(scope), Life.officer.is_not(None)), *of_lives(scope))
        .group_by(Life.agency, Life.officer)
        .order_by(Life.agency, Life.officer)
        .limit(OFFICERS_MAX)
    )
    officers = []
    for agency, officer, early_results, results_in_time, results in rows:
        share = time_points(early_results, results_in_time, results).share
        means = {} if share is None else {OFFICER_INDICES[0]: rounded(BEST * share, TENTH)}
        officers.append(Officer(agency, str(officer), results, means))
    return officers
