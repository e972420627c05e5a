"""Points that officers enter: an agency for itself, and who appraises it from above."""

from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.survey import scope
from services.survey.models import AgencyCopy, IndexEntry
from services.survey.schemas.indices import EntryIn, EntryKind, EntryView
from services.survey.scores.means import mean
from services.survey.scores.periods import Period
from shared.errors import Forbidden, NotFound
from shared.identity import Principal


class Entered(NamedTuple):
    """What was entered of one index in a period; over several quarters, the mean."""

    self_score: Decimal | None
    appraised: Decimal | None
    reason: str | None


NOTHING: Final = Entered(None, None, None)

Spot = tuple[str, int]
"""An agency and an index."""


async def enter(
    session: AsyncSession, principal: Principal, given: EntryIn, now: datetime
) -> EntryView:
    """Enter points; the last entry counts, all are kept.

    Raises NotFound for an unknown or foreign agency, Forbidden for appraising one's own.
    """
    known = await session.get(AgencyCopy, given.agency)
    if known is None or not principal.covers(given.agency):
        raise NotFound(f"Không tìm thấy cơ quan {given.agency}.", code="agency_not_found")
    above = given.agency.rpartition(".")[0]
    if given.kind == EntryKind.APPRAISED and not (principal.everywhere or principal.covers(above)):
        raise Forbidden("Cơ quan cấp trên mới được thẩm định.", code="own_appraisal")
    entry = IndexEntry(
        id=uuid7(),
        agency=given.agency,
        year=given.year,
        quarter=given.quarter,
        index=given.index,
        kind=given.kind,
        points=given.points,
        reason=given.reason,
        entered_by=principal.subject,
        entered_at=now,
    )
    session.add(entry)
    await session.flush()
    return EntryView.model_validate(entry)


async def of_period(
    session: AsyncSession, principal: Principal, agency: str | None, period: Period
) -> dict[Spot, Entered]:
    """What was entered, by agency and index; raises NotFound for a foreign agency."""
    spot = (IndexEntry.agency, IndexEntry.index, IndexEntry.kind, IndexEntry.quarter)
    query = (
        select(IndexEntry)
        .where(
            IndexEntry.year == period.year,
            IndexEntry.quarter.in_(period.quarters),
            scope.subtree(principal, IndexEntry.agency, agency),
        )
        .ext(distinct_on(*spot))
        .order_by(*spot, IndexEntry.entered_at.desc(), IndexEntry.id.desc())
    )
    found: dict[Spot, list[IndexEntry]] = {}
    for entry in await session.scalars(query):
        found.setdefault((entry.agency, entry.index), []).append(entry)
    return {spot: _together(entries) for spot, entries in found.items()}


def _together(entries: list[IndexEntry]) -> Entered:
    def of(kind: EntryKind) -> Decimal | None:
        points = [entry.points for entry in entries if entry.kind == kind]
        return mean(sum(points, Decimal(0)), len(points))

    reasons = [entry.reason for entry in entries if entry.reason]
    return Entered(of(EntryKind.SELF), of(EntryKind.APPRAISED), "; ".join(reasons) or None)
