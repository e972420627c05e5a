"""Which times of an agency are still free for a visit."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.home import slots
from services.intake.home.availability import days, rows_of, spans_on
from services.intake.home.slots import Span
from services.intake.models import HomeBooking, VisitState
from services.intake.schemas.home import SlotView
from shared.working_time import VIETNAM_TIME, business_date


@dataclass(frozen=True, slots=True)
class Wanted:
    """For which days of an agency free times are asked for, and for how long a visit."""

    agency: str
    first_on: date
    days: int
    minutes: int | None


async def offered(session: AsyncSession, desk: Desk, wanted: Wanted) -> list[SlotView]:
    """Tell the free times of these days, each with how many officers could come."""
    settings, first_on = desk.settings.home, wanted.first_on
    visit = timedelta(minutes=wanted.minutes or settings.visit_minutes)
    travel = timedelta(minutes=settings.travel_minutes)
    last_on = min(
        first_on + timedelta(days=wanted.days - 1),
        business_date(desk.now) + timedelta(days=settings.horizon_days),
    )
    catalogue, _ = await desk.catalogue(session)
    rows = await rows_of(session, wanted.agency, first_on, last_on)
    taken = await _taken(session, {row.officer for row in rows}, first_on, last_on)
    # An officer whose rows overlap is still one officer.
    found = {
        (span, row.officer)
        for day in days(first_on, (last_on - first_on).days + 1)
        for row in rows
        for window in spans_on(catalogue, row, day)
        for span in slots.free(
            window, taken.get(row.officer, []), visit=visit, travel=travel, now=desk.now
        )
    }
    numbers = Counter(span for span, _ in found)
    return [
        SlotView(starts_at=span.start, ends_at=span.end, free=number)
        for span, number in sorted(numbers.items())
    ]


async def _taken(
    session: AsyncSession, officers: set[str], first_on: date, last_on: date
) -> dict[str, list[Span]]:
    """Read what officers are booked for, also by other agencies; the day before may reach in."""
    begin = datetime.combine(first_on - timedelta(days=1), datetime.min.time(), VIETNAM_TIME)
    end = datetime.combine(last_on + timedelta(days=1), datetime.min.time(), VIETNAM_TIME)
    rows = await session.execute(
        select(
            HomeBooking.officer,
            func.lower(HomeBooking.occupied),
            func.upper(HomeBooking.occupied),
        ).where(
            HomeBooking.officer.in_(officers),
            HomeBooking.starts_at >= begin,
            HomeBooking.starts_at < end,
            HomeBooking.state != str(VisitState.CANCELLED),
        )
    )
    taken: dict[str, list[Span]] = {}
    for officer, begins, ends in rows:
        taken.setdefault(officer, []).append(Span(begins, ends))
    return taken
