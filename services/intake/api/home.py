"""Routes of visits at home: officers' hours, free times, bookings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.intake.desk import AtDesk
from services.intake.dossiers import etag
from services.intake.home import availability, bookings, offering, reading
from services.intake.models import VisitState
from services.intake.schemas.home import (
    AvailabilityIn,
    AvailabilityView,
    BookingHistory,
    BookingIn,
    BookingView,
    CancellationIn,
    FiledIn,
    MoveIn,
    OutcomeIn,
    SlotView,
    VisitMinutes,
)
from services.intake.schemas.words import AgencyCode, Short
from shared import paging
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

SLOT_DAYS_MAX = 14

router = APIRouter(prefix="/v1", tags=["home"])

OFFICER = requires(*reading.OFFICERS)
ASKER = requires(*reading.OFFICERS, Role.PORTAL, Role.CITIZEN)
Days = Annotated[int, Query(ge=1, le=SLOT_DAYS_MAX, description="Số ngày.")]


def _etag(view: BookingView) -> dict[str, str]:
    return {"ETag": etag(view.sequence)}


@router.post(
    "/home-availabilities",
    operation_id="give_home_availability",
    summary="Đăng ký lịch phục vụ tại nhà",
    dependencies=[OFFICER],
    status_code=201,
    response_model=AvailabilityView,
)
async def give_home_availability(
    given: AvailabilityIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Let an officer be booked, in the agency's shifts or in windows of their own."""
    return await once(session, lambda: availability.give(session, desk, given), status=201)


@router.get(
    "/home-availabilities",
    operation_id="list_home_availabilities",
    summary="Lịch phục vụ tại nhà của một cơ quan",
    dependencies=[OFFICER],
)
async def list_home_availabilities(
    agency: AgencyCode, session: Reading, desk: AtDesk
) -> list[AvailabilityView]:
    """Who can be booked from today on."""
    return await availability.known(session, desk, agency)


@router.delete(
    "/home-availabilities/{availability_id}",
    operation_id="take_back_home_availability",
    summary="Bỏ lịch phục vụ tại nhà",
    dependencies=[OFFICER],
    response_model=AvailabilityView,
)
async def take_back_home_availability(
    availability_id: UUID, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Let no more be booked by it."""
    return await once(session, lambda: availability.take_back(session, desk, availability_id))


@router.get(
    "/home-slots",
    operation_id="list_home_slots",
    summary="Giờ còn trống để hẹn tại nhà",
    dependencies=[ASKER],
)
async def list_home_slots(
    *,
    agency: AgencyCode,
    on: Annotated[Day, Query(description="Ngày đầu.")],
    session: Reading,
    desk: AtDesk,
    days: Days = 1,
    minutes: Annotated[VisitMinutes | None, Query()] = None,
) -> list[SlotView]:
    """Times at which somebody could come, every half hour."""
    return await offering.offered(session, desk, offering.Wanted(agency, on, days, minutes))


@router.post(
    "/home-bookings",
    operation_id="book_home_visit",
    summary="Hẹn giờ tại nhà / book a visit",
    dependencies=[ASKER],
    status_code=201,
    response_model=BookingView,
)
async def book_home_visit(
    asked: BookingIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Book a visit to guide, to take papers in or to bring a result."""
    return await once(
        session, lambda: bookings.book(session, desk, asked), status=201, headers=_etag
    )


@router.get(
    "/home-bookings",
    operation_id="list_home_bookings",
    summary="Lịch hẹn tại nhà",
    dependencies=[ASKER],
)
async def list_home_bookings(
    *,
    session: Reading,
    desk: AtDesk,
    agency: AgencyCode | None = None,
    officer: Short | None = None,
    on: Day | None = None,
    state: VisitState | None = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Page[BookingView]:
    """Visits that the caller may know, by time; a citizen's are their own."""
    return await reading.listed(
        session,
        desk,
        agency=agency,
        officer=officer,
        on=on,
        state=state,
        after=after,
        limit=limit,
    )


@router.get(
    "/home-bookings/{booking}",
    operation_id="get_home_booking",
    summary="Xem lịch hẹn tại nhà",
    dependencies=[ASKER],
)
async def get_home_booking(
    booking: UUID,
    response: Response,
    session: Transaction,
    desk: AtDesk,
    unmask: Annotated[bool, Query(description="Xem địa chỉ, điện thoại; được ghi lại.")] = False,
) -> BookingView:
    """A visit, with where to go."""
    shown = await reading.show(session, desk, booking, unmask=unmask)
    response.headers.update(_etag(shown) | {"Cache-Control": "no-store"})
    return shown


@router.get(
    "/home-bookings/{booking}/history",
    operation_id="get_home_booking_history",
    summary="Các lần đổi lịch hẹn",
    dependencies=[ASKER],
)
async def get_home_booking_history(booking: UUID, session: Reading, desk: AtDesk) -> BookingHistory:
    """Everything that happened to a booking."""
    return await reading.history(session, desk, booking)


@router.post(
    "/home-bookings/{booking}/moves",
    operation_id="move_home_visit",
    summary="Đổi giờ hẹn",
    dependencies=[ASKER],
    response_model=BookingView,
)
async def move_home_visit(
    booking: UUID, asked: MoveIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Take another time; what was before stays in the history."""
    return await once(session, lambda: bookings.move(session, desk, booking, asked), headers=_etag)


@router.post(
    "/home-bookings/{booking}/cancellation",
    operation_id="cancel_home_visit",
    summary="Hủy hẹn",
    dependencies=[ASKER],
    response_model=BookingView,
)
async def cancel_home_visit(
    booking: UUID, asked: CancellationIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Call a visit off."""
    return await once(
        session, lambda: bookings.cancel(session, desk, booking, asked), headers=_etag
    )


@router.post(
    "/home-bookings/{booking}/outcome",
    operation_id="finish_home_visit",
    summary="Ghi kết quả buổi đến nhà",
    dependencies=[OFFICER],
    response_model=BookingView,
)
async def finish_home_visit(
    booking: UUID, asked: OutcomeIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Say what came of a visit."""
    return await once(
        session, lambda: bookings.finish(session, desk, booking, asked), headers=_etag
    )


@router.post(
    "/home-bookings/{booking}/dossier",
    operation_id="name_home_dossier",
    summary="Gắn hồ sơ nộp tại nhà với lịch hẹn",
    dependencies=[OFFICER],
    response_model=BookingView,
)
async def name_home_dossier(
    booking: UUID, asked: FiledIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Name the dossier that was filed at the visit (channel `home`)."""
    return await once(
        session, lambda: bookings.name_dossier(session, desk, booking, asked), headers=_etag
    )
