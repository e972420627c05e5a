"""Who can make a visit: an officer whose hours hold it and who is not booked then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.filing_rules import wrong
from services.intake.home import availability
from services.intake.home.slots import Span
from services.intake.models import HomeBooking, VisitState
from shared.errors import Conflict
from shared.working_time import business_date

# Two who want the same officer decide one after the other; the constraint alone would let two
# insertions wait for each other until one is killed. Everybody locks in the order of names.
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('home/' || :officer, 0))")


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit that is wanted: by one officer, or by anybody, rather by the one it had."""

    agency: str
    officer: str | None
    visit: Span
    booking: UUID
    rather: str | None = None


async def free(session: AsyncSession, desk: Desk, wish: Wish) -> str:
    """Find who can come then, and keep others from booking them; Unprocessable or Conflict."""
    catalogue, _ = await desk.catalogue(session)
    rows = await availability.rows_of(session, wish.agency, business_date(wish.visit.start))
    able = availability.officers_for(catalogue, rows, wish.visit)
    asked = [officer for officer in able if wish.officer in {None, officer}]
    if not asked:
        detail = "Không có cán bộ phục vụ tại nhà trong khung giờ này; hãy chọn giờ khác."
        raise wrong("starts_at", "outside_availability", detail)
    for officer in asked:
        await session.execute(_ALONE, {"officer": officer})
    for officer in sorted(asked, key=lambda officer: officer != wish.rather):
        if await _is_free(session, officer, occupied(desk, wish.visit), wish.booking):
            return officer
    raise Conflict("Giờ này vừa có người hẹn; hãy chọn giờ khác.", code="slot_taken")


async def _is_free(
    session: AsyncSession, officer: str, visit: Range[datetime], booking: UUID
) -> bool:
    taken = exists().where(
        HomeBooking.officer == officer,
        HomeBooking.state != str(VisitState.CANCELLED),
        HomeBooking.occupied.op("&&")(visit),
        HomeBooking.id != booking,
    )
    return not await session.scalar(select(taken))


def occupied(desk: Desk, visit: Span) -> Range[datetime]:
    """The time that a visit takes of its officer, as it is stored."""
    travel = timedelta(minutes=desk.settings.home.travel_minutes)
    return Range(*visit.with_travel(travel), bounds="[)")
