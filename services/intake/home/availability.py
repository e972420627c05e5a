"""When officers can be at people's homes: in their agency's shifts, or at hours of their own."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.copies import Catalogue
from services.intake.desk import Desk
from services.intake.home.slots import Span
from services.intake.models import HomeAvailability
from services.intake.schemas.home import AvailabilityIn, AvailabilityView
from shared.errors import Forbidden, NotFound
from shared.identity import Role
from shared.working_time import VIETNAM_TIME, Shift, business_date

ROWS_MAX = 500
"""So many officers' rows of one agency are looked at for a time; more are no agency's."""

_WINDOWS: TypeAdapter[tuple[Shift, ...]] = TypeAdapter(tuple[Shift, ...])


async def give(session: AsyncSession, desk: Desk, given: AvailabilityIn) -> AvailabilityView:
    """Let an officer be booked on these days; only a leader does so for somebody else."""
    officer = given.officer or desk.principal.subject
    check_reach(desk, given.agency, officer)
    row = HomeAvailability(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        agency=given.agency,
        officer=officer,
        first_on=given.first_on,
        last_on=given.last_on,
        windows=_stored(given.windows),
        given_by=desk.principal.subject,
        given_at=desk.now,
    )
    session.add(row)
    await session.flush()
    return _view(row)


async def take_back(session: AsyncSession, desk: Desk, identity: UUID) -> AvailabilityView:
    """Let no more be booked by it; what is booked already stays."""
    row = await session.get(HomeAvailability, identity, with_for_update=True)
    if row is None or not desk.principal.covers(row.agency):
        raise NotFound("Không tìm thấy lịch phục vụ tại nhà này.", code="availability_unknown")
    check_reach(desk, row.agency, row.officer)
    await session.delete(row)
    return _view(row)


async def known(session: AsyncSession, desk: Desk, agency: str) -> list[AvailabilityView]:
    """Tell who of an agency can be booked from today on."""
    if not desk.principal.covers(agency):
        return []
    today = business_date(desk.now)
    return [_view(row) for row in await rows_of(session, agency, today)]


async def rows_of(
    session: AsyncSession, agency: str, first_on: date, last_on: date | None = None
) -> Sequence[HomeAvailability]:
    """Find the hours of an agency's officers that concern these days."""
    concerned: list[ColumnElement[bool]] = [
        HomeAvailability.agency == agency,
        HomeAvailability.last_on >= first_on,
    ]
    if last_on is not None:
        concerned.append(HomeAvailability.first_on <= last_on)
    rows = await session.scalars(
        select(HomeAvailability)
        .where(*concerned)
        .order_by(HomeAvailability.officer, HomeAvailability.first_on, HomeAvailability.id)
        .limit(ROWS_MAX)
    )
    return rows.all()


def spans_on(catalogue: Catalogue, row: HomeAvailability, day: date) -> Iterator[Span]:
    """Tell from when to when an officer can be booked on a day."""
    if not row.first_on <= day <= row.last_on:
        return
    if row.windows is None:
        shifts: Iterable[Shift] = catalogue.calendar_of(row.agency).calendar.shifts_on(day)
    else:
        shifts = _WINDOWS.validate_python(row.windows)
    for shift in shifts:
        yield Span(
            datetime.combine(day, shift.start, VIETNAM_TIME),
            datetime.combine(day, shift.end, VIETNAM_TIME),
        )


def officers_for(
    catalogue: Catalogue, rows: Iterable[HomeAvailability], visit: Span
) -> tuple[str, ...]:
    """Tell whose hours hold a whole visit, by name."""
    day = business_date(visit.start)
    able = {
        row.officer
        for row in rows
        if any(window.holds(visit) for window in spans_on(catalogue, row, day))
    }
    return tuple(sorted(able))


def days(first_on: date, count: int) -> Iterator[date]:
    """Walk so many days."""
    return (first_on + timedelta(days=offset) for offset in range(count))


def check_reach(desk: Desk, agency: str, officer: str) -> None:
    """Refuse hours of a foreign agency, or of a colleague; raises Forbidden."""
    if not desk.principal.covers(agency):
        raise Forbidden(
            f"Cơ quan {agency} không thuộc phạm vi của bạn.", code="agency_out_of_scope"
        )
    if officer != desk.principal.subject and not desk.principal.may(Role.LEADER):
        raise Forbidden("Chỉ lãnh đạo xếp lịch cho cán bộ khác.", code="officer_not_you")


def _stored(windows: tuple[Shift, ...] | None) -> list[dict[str, Any]] | None:
    return None if windows is None else _WINDOWS.dump_python(windows, mode="json")


def _view(row: HomeAvailability) -> AvailabilityView:
    return AvailabilityView.model_validate(row, from_attributes=True)
