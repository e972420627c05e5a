"""Booked visits as they are found and shown, and the history that each change writes."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, pages
from services.intake.desk import Desk
from services.intake.dossiers import check_version as check_sequence
from services.intake.models import HomeBooking, HomeBookingChange, VisitState
from services.intake.schemas.home import (
    BookingHistory,
    BookingView,
    ChangeView,
    Purpose,
    ResidentView,
    VisitOutcome,
)
from shared import personal_data
from shared.errors import Forbidden, NotFound
from shared.identity import Role
from shared.paging import Page
from shared.working_time import VIETNAM_TIME

OFFICERS = (Role.COUNTER, Role.LEADER)
SEEN = "seen"
A_PERSON = "citizen"
"""Who acted, where it was the person: their own name in a token is their identity number."""


async def find(
    session: AsyncSession, desk: Desk, identity: UUID, *, lock: bool = False
) -> HomeBooking:
    """Get a booking that the caller may know; raises NotFound."""
    query = select(HomeBooking).where(HomeBooking.id == identity, _visible(desk))
    if lock:
        query = query.with_for_update()
    booking = (await session.execute(query)).scalar_one_or_none()
    if booking is None:
        raise NotFound("Không tìm thấy lịch hẹn này.", code="booking_unknown")
    return booking


async def show(session: AsyncSession, desk: Desk, identity: UUID, *, unmask: bool) -> BookingView:
    """Show a booking; where to go in clear only to its agency's officers, and noted."""
    booking = await find(session, desk, identity)
    if unmask:
        if not (desk.principal.may(*OFFICERS) and desk.principal.covers(booking.agency)):
            raise Forbidden("Bạn không được xem dữ liệu cá nhân chưa che.", code="unmask_refused")
        note(session, desk, booking, SEEN)
    return view(desk, booking, unmask=unmask)


async def listed(
    session: AsyncSession,
    desk: Desk,
    *,
    agency: str | None,
    officer: str | None,
    on: date | None,
    state: VisitState | None,
    after: str | None,
    limit: int,
) -> Page[BookingView]:
    """Walk the bookings that the caller may know, by time."""
    query = select(HomeBooking).where(_visible(desk))
    if agency is not None:
        query = query.where(access.at_or_below(HomeBooking.agency, [agency]))
    if officer is not None:
        query = query.where(HomeBooking.officer == officer)
    if on is not None:
        begin = datetime.combine(on, datetime.min.time(), VIETNAM_TIME)
        query = query.where(
            HomeBooking.starts_at >= begin, HomeBooking.starts_at < begin + timedelta(days=1)
        )
    if state is not None:
        query = query.where(HomeBooking.state == str(state))
    if after is not None:
        place = tuple_(HomeBooking.starts_at, HomeBooking.id)
        query = query.where(place > tuple_(*pages.place(after)))
    query = query.order_by(HomeBooking.starts_at, HomeBooking.id).limit(limit + 1)
    found = (await session.scalars(query)).all()
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        items=[view(desk, booking) for booking in found[:limit]],
        next=pages.mark(last.starts_at, last.id) if last else None,
    )


async def history(session: AsyncSession, desk: Desk, identity: UUID) -> BookingHistory:
    """Tell everything that happened to a booking."""
    booking = await find(session, desk, identity)
    lines = await session.scalars(
        select(HomeBookingChange)
        .where(HomeBookingChange.booking_id == booking.id)
        .order_by(HomeBookingChange.id)
    )
    return BookingHistory(
        items=[ChangeView.model_validate(line, from_attributes=True) for line in lines]
    )


def check_version(desk: Desk, booking: HomeBooking) -> None:
    """Refuse a decision on a version that is no longer the present one."""
    check_sequence(desk, booking.sequence)


def note(
    session: AsyncSession, desk: Desk, booking: HomeBooking, change: str, ground: str | None = None
) -> None:
    """Write a line of its history: as it is after the change."""
    own = Role.CITIZEN in desk.principal.roles
    session.add(
        HomeBookingChange(
            booking_id=booking.id,
            change=change,
            actor=A_PERSON if own else desk.actor,
            happened_at=desk.now,
            officer=booking.officer,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            ground=ground,
        )
    )


def view(desk: Desk, booking: HomeBooking, *, unmask: bool = False) -> BookingView:
    """A booking, its person masked or in clear."""
    data = desk.vault.open(booking.sealed, key_id=booking.key_id, of=sealed_for(booking.id))
    shown: dict[str, Any] = dict(data) if unmask else personal_data.masked(data)
    person = {name: shown.get(name) for name in ("phone", "address", "identity_number")}
    return BookingView(
        id=booking.id,
        agency=booking.agency,
        officer=booking.officer,
        purpose=Purpose(booking.purpose),
        state=VisitState(booking.state),
        outcome=VisitOutcome(booking.outcome) if booking.outcome else None,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        procedure=booking.procedure,
        dossier=booking.dossier_id,
        person=ResidentView(name=data.get("name"), **person),
        sequence=booking.sequence,
    )


def sealed_for(booking: UUID) -> str:
    """What a booking's sealed data is bound to, so that it cannot be moved to another row."""
    return f"{booking}/home"


def _visible(desk: Desk) -> ColumnElement[bool]:
    principal = desk.principal
    conditions: list[ColumnElement[bool]] = []
    if principal.may(*OFFICERS, Role.PORTAL):
        conditions.append(
            true()
            if principal.everywhere
            else access.at_or_below(HomeBooking.agency, principal.agencies)
        )
    if Role.CITIZEN in principal.roles:
        conditions.append(HomeBooking.person_hash == desk.vault.hash(principal.number))
    return or_(*conditions)
