"""Postal orders (phiếu gửi): registered here, told to the carrier by the worker, shown, ended."""

from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
import uuid_utils.compat as uuid7s
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import is_terminal
from services.intake.models import Dossier, PostalLeg, PostalMessage, PostalOrder
from services.intake.models.postal import Direction, OrderState, Sign
from services.intake.postal import scope, views
from services.intake.postal.carriers import OURS, carrier
from services.intake.postal.transit import TransitRoute, route_between
from services.intake.schemas.postal import (
    CarrierOrder,
    DossierPost,
    OrderDetail,
    OrderIn,
    OrderView,
)
from shared.errors import Conflict, FieldError, Unprocessable
from shared.working_time import business_date

ORDER, CANCEL = "order", "cancel"

BEFORE_TAKEN: Final = frozenset({OrderState.REGISTERED, OrderState.COLLECTING})
"""Only what the carrier has not taken over can be called off."""

CONFLICTS: Final = {
    "postal_order_number_key": ("order_number_taken", "Số hiệu phiếu gửi này đã có."),
    "postal_order_result": ("order_exists", "Kết quả của hồ sơ này đã có phiếu gửi đang chạy."),
}


async def register(session: AsyncSession, desk: Desk, given: OrderIn) -> OrderDetail:
    """Register an order and leave it to the worker to tell the carrier."""
    carrier(given.carrier)
    dossier = await _dossier(session, desk, given.dossier) if given.dossier else None
    agency = dossier.receiving_agency if dossier else given.agency or ""
    await scope.check(session, desk, agency)
    order = _order(desk, given, agency, dossier)
    try:
        async with session.begin_nested():
            session.add(order)
    except IntegrityError as double:
        raise _refusal(double) from double
    return views.detail(desk, order, [])


async def cancel(session: AsyncSession, desk: Desk, identity: UUID) -> OrderDetail:
    """Call an order off; one that the carrier knows is over when the carrier says so."""
    order = await _get(session, desk, identity, lock=True)
    if order.untold == CANCEL or order.state == OrderState.CANCELLED:
        return views.detail(desk, order, await _legs(session, order))
    if order.state not in BEFORE_TAKEN:
        raise Conflict("Bưu điện đã nhận phiếu gửi này, không thể hủy.", code="order_under_way")
    if order.attempts == 0:
        order.state, order.untold = OrderState.CANCELLED, None
        session.add(own_message(desk, order.id, Sign.CANCELLED))
    else:
        order.untold, order.attempts, order.next_try = CANCEL, 0, desk.now
    return views.detail(desk, order, await _legs(session, order))


async def show(session: AsyncSession, desk: Desk, identity: UUID) -> OrderDetail:
    """Show an order with its people, numbers masked, and its legs."""
    order = await _get(session, desk, identity, lock=False)
    return views.detail(desk, order, await _legs(session, order))


async def of_dossier(session: AsyncSession, desk: Desk, reference: str) -> DossierPost:
    """Tell what the post does for a dossier, its newest order in each direction."""
    dossier = await dossiers.get(session, desk, reference)
    found = await session.scalars(
        select(PostalOrder)
        .where(PostalOrder.dossier_id == dossier.id)
        .order_by(PostalOrder.registered_at.desc(), PostalOrder.id.desc())
    )
    orders: list[OrderView] = [views.order(desk, order) for order in found]
    newest = {order.direction: order.state for order in reversed(orders)}
    return DossierPost(
        collect=newest.get(Direction.COLLECT, OrderState.NONE),
        deliver=newest.get(Direction.DELIVER, OrderState.NONE),
        orders=orders,
    )


def own_message(
    desk: Desk, order: UUID, sign: Sign, *, at: datetime | None = None
) -> PostalMessage:
    """Write down what we know of an order ourselves, among the carrier's messages."""
    return PostalMessage(
        order_id=order,
        told_at=at or desk.now,
        api=OURS,
        code=str(sign),
        identity_shown=False,
        sealed=None,
        key_id=desk.vault.current,
        received_at=desk.now,
    )


def _order(desk: Desk, given: OrderIn, agency: str, dossier: Dossier | None) -> PostalOrder:
    told, number = given.order, _number(given, dossier)
    identity = UUID(bytes=uuid7s.uuid7().bytes)
    wire = told.model_dump(mode="json", by_alias=True, exclude_none=True) | {"orderNumber": number}
    return PostalOrder(
        id=identity,
        carrier=given.carrier,
        order_number=number,
        direction=str(given.direction),
        agency=agency,
        dossier_id=dossier.id if dossier else None,
        item_code=told.item_code,
        cod_amount=told.cod_amount,
        with_slip=given.with_slip,
        route=str(_route(desk, told)),
        sealed=desk.vault.encrypt(orjson.dumps(wire), of=views.sealed_for(identity)),
        key_id=desk.vault.current,
        state=OrderState.REGISTERED,
        tries=0,
        too_few_tries=False,
        untold=ORDER,
        attempts=0,
        next_try=desk.now,
        registered_by=desk.principal.subject,
        registered_at=desk.now,
    )


def _number(given: OrderIn, dossier: Dossier | None) -> str:
    """Tell the order's number, the dossier's code unless one is given."""
    number = given.order.order_number or (dossier.code if dossier else None)
    if number is not None:
        return number
    needed, code = "Hồ sơ chưa có mã thì phiếu gửi phải có số hiệu.", "order_number_needed"
    pointed = FieldError(pointer="/body/order/orderNumber", detail=needed, code=code)
    raise Unprocessable(needed, code=code, errors=[pointed])


def _route(desk: Desk, told: CarrierOrder) -> TransitRoute:
    sender = told.sender_province, told.sender_district
    receiver = told.receiver_province, told.receiver_district
    return route_between(sender, receiver, business_date(desk.now))


async def _dossier(session: AsyncSession, desk: Desk, reference: str) -> Dossier:
    dossier = await dossiers.get(session, desk, reference)
    if is_terminal(dossier.status, suspended=dossier.suspended):
        raise Conflict("Hồ sơ đã kết thúc, không còn gì để gửi.", code="dossier_ended")
    return dossier


async def _get(session: AsyncSession, desk: Desk, identity: UUID, *, lock: bool) -> PostalOrder:
    named: ColumnElement[bool] = PostalOrder.id == identity
    query = select(PostalOrder).where(named, scope.within(desk.principal, PostalOrder.agency))
    if lock:
        query = query.with_for_update()
    return scope.known((await session.execute(query)).scalar_one_or_none(), "order")


async def _legs(session: AsyncSession, order: PostalOrder) -> list[PostalLeg]:
    found = await session.scalars(
        select(PostalLeg).where(PostalLeg.order_id == order.id).order_by(PostalLeg.started_at)
    )
    return list(found)


def _refusal(double: IntegrityError) -> Conflict:
    said = str(double.orig)
    for constraint, (code, detail) in CONFLICTS.items():
        if constraint in said:
            return Conflict(detail, code=code)
    raise double
