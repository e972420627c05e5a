"""What is done with a booked visit: made, moved, called off, carried out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.filing_rules import wrong
from services.intake.home import officers, reading
from services.intake.home.slots import Span
from services.intake.models import HomeBooking, VisitState
from services.intake.schemas.home import (
    BookingIn,
    BookingView,
    CancellationIn,
    FiledIn,
    MoveIn,
    OutcomeIn,
)
from shared.errors import Conflict, Forbidden
from shared.events import Channel
from shared.identity import Role


async def book(session: AsyncSession, desk: Desk, asked: BookingIn) -> BookingView:
    """Book a visit by the officer named, or by the first who is free; raises Conflict."""
    own = _check_asker(desk, asked)
    if own is not None:
        await _not_too_many(session, desk, own)
    dossier = None
    if asked.dossier is not None:
        dossier = await dossiers.get(session, desk, asked.dossier)
    identity = UUID(bytes=uuid7s.uuid7().bytes)
    visit = _visit(desk, asked)
    wish = officers.Wish(asked.agency, asked.officer, visit, identity)
    booking = HomeBooking(
        id=identity,
        sequence=1,
        agency=asked.agency,
        officer=await officers.free(session, desk, wish),
        purpose=str(asked.purpose),
        state=str(VisitState.BOOKED),
        starts_at=visit.start,
        ends_at=visit.end,
        occupied=officers.occupied(desk, visit),
        procedure=asked.procedure or (dossier.procedure if dossier else None),
        dossier_id=dossier.id if dossier else None,
        **_person(desk, asked, identity, own),
    )
    session.add(booking)
    await session.flush()
    reading.note(session, desk, booking, "booked")
    return reading.view(desk, booking)


async def move(session: AsyncSession, desk: Desk, identity: UUID, asked: MoveIn) -> BookingView:
    """Book another time for it, with the same officer where they are free."""
    booking = await _open(session, desk, identity)
    if asked.officer is not None:
        _may_choose(desk)
    minutes = asked.minutes or (booking.ends_at - booking.starts_at) // timedelta(minutes=1)
    visit = _visit(desk, asked.model_copy(update={"minutes": minutes}))
    wish = officers.Wish(booking.agency, asked.officer, visit, booking.id, rather=booking.officer)
    booking.officer = await officers.free(session, desk, wish)
    booking.starts_at, booking.ends_at = visit.start, visit.end
    booking.occupied = officers.occupied(desk, visit)
    return _changed(session, desk, booking, "moved", asked.ground)


async def cancel(
    session: AsyncSession, desk: Desk, identity: UUID, asked: CancellationIn
) -> BookingView:
    """Call it off; the time is free for somebody else."""
    booking = await _open(session, desk, identity)
    booking.state = str(VisitState.CANCELLED)
    return _changed(session, desk, booking, "cancelled", asked.ground)


async def finish(
    session: AsyncSession, desk: Desk, identity: UUID, asked: OutcomeIn
) -> BookingView:
    """Write down what came of the visit, once it has begun."""
    booking = await _open(session, desk, identity)
    if desk.now < booking.starts_at:
        raise Conflict("Chưa đến giờ hẹn nên chưa có kết quả.", code="visit_not_begun")
    booking.state, booking.outcome = str(VisitState.OVER), str(asked.outcome)
    return _changed(session, desk, booking, "over", asked.note)


async def name_dossier(
    session: AsyncSession, desk: Desk, identity: UUID, asked: FiledIn
) -> BookingView:
    """Tell which dossier was filed at this visit (channel `home`)."""
    booking = await reading.find(session, desk, identity, lock=True)
    reading.check_version(desk, booking)
    dossier = await dossiers.get(session, desk, asked.dossier)
    if dossier.channel != Channel.HOME:
        raise wrong("dossier", "channel_not_home", "Hồ sơ này không nộp tại nhà.")
    if booking.state == VisitState.CANCELLED:
        raise _not_open(booking)
    booking.dossier_id, booking.procedure = dossier.id, dossier.procedure
    return _changed(session, desk, booking, "dossier_named", None)


async def _open(session: AsyncSession, desk: Desk, identity: UUID) -> HomeBooking:
    booking = await reading.find(session, desk, identity, lock=True)
    reading.check_version(desk, booking)
    if booking.state != VisitState.BOOKED:
        raise _not_open(booking)
    return booking


def _changed(
    session: AsyncSession, desk: Desk, booking: HomeBooking, change: str, ground: str | None
) -> BookingView:
    booking.sequence += 1
    reading.note(session, desk, booking, change, ground)
    return reading.view(desk, booking)


def _check_asker(desk: Desk, asked: BookingIn) -> bytes | None:
    """Refuse who may not book there; tells the key of a citizen who books for themselves."""
    if desk.principal.may(*reading.OFFICERS, Role.PORTAL):
        if desk.principal.covers(asked.agency):
            return None
        raise Forbidden(
            f"Cơ quan {asked.agency} không thuộc phạm vi của bạn.", code="agency_out_of_scope"
        )
    if asked.officer is not None:
        _may_choose(desk)
    if desk.principal.identity_number is None:
        raise Forbidden("Tài khoản chưa được xác thực định danh.", code="identity_not_proven")
    own = desk.vault.hash(desk.principal.identity_number)
    named = desk.vault.hash(asked.person.identity_number)
    if named is not None and named != own:
        raise Forbidden("Bạn chỉ được hẹn cho chính mình.", code="not_your_visit")
    return own


def _person(desk: Desk, asked: BookingIn, booking: UUID, own: bytes | None) -> dict[str, Any]:
    person = asked.person.model_dump()
    if own is not None:
        person["identity_number"] = desk.principal.identity_number
    return {
        "sealed": desk.vault.seal(person, of=reading.sealed_for(booking)),
        "key_id": desk.vault.current,
        "person_hash": desk.vault.hash(person["identity_number"]),
    }


def _may_choose(desk: Desk) -> None:
    if not desk.principal.may(*reading.OFFICERS):
        raise Forbidden("Cơ quan sẽ phân công cán bộ đến nhà.", code="officer_not_yours")


async def _not_too_many(session: AsyncSession, desk: Desk, own: bytes) -> None:
    most = desk.settings.home.open_max
    found = await session.scalars(
        select(HomeBooking.id)
        .where(
            HomeBooking.person_hash == own,
            HomeBooking.state == str(VisitState.BOOKED),
            HomeBooking.starts_at > desk.now,
        )
        .limit(most)
    )
    if len(found.all()) >= most:
        raise Conflict(
            f"Bạn đang có {most} lịch hẹn chưa thực hiện; hãy hủy bớt.", code="too_many_bookings"
        )


def _visit(desk: Desk, asked: BookingIn | MoveIn) -> Span:
    settings = desk.settings.home
    begin = asked.starts_at
    if not desk.now < begin <= desk.now + timedelta(days=settings.horizon_days):
        raise wrong(
            "starts_at",
            "visit_time",
            f"Giờ hẹn phải ở tương lai, trong {settings.horizon_days} ngày tới.",
        )
    return Span(begin, begin + timedelta(minutes=asked.minutes or settings.visit_minutes))


def _not_open(booking: HomeBooking) -> Conflict:
    return Conflict("Lịch hẹn này đã hủy hoặc đã xong.", code="visit_over", state=booking.state)
