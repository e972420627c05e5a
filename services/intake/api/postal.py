"""Routes of the public postal service: orders, hand-over records, what carriers tell."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from services.intake.desk import AtDesk
from services.intake.models.postal import Direction, OrderState
from services.intake.postal import handovers, lists, orders, webhooks
from services.intake.schemas.postal import (
    Applied,
    CarrierCode,
    DossierPost,
    HandoverDetail,
    HandoverIn,
    HandoverView,
    OrderDetail,
    OrderIn,
    OrderView,
)
from services.intake.schemas.words import AgencyCode
from shared import paging
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/postal", tags=["postal"])
of_dossiers = APIRouter(prefix="/v1/dossiers/{dossier}", tags=["postal"])

SENDER = requires(Role.COUNTER, Role.POSTAL, Role.PORTAL)
SIGNER = requires(Role.COUNTER, Role.POSTAL)
OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.POSTAL)
CARRIER = requires(Role.POSTAL)

Below = Annotated[AgencyCode | None, Query(description="Cơ quan và các đơn vị dưới nó.")]
Proof = Annotated[
    str | None,
    Header(
        max_length=200,
        alias="X-Postal-Proof",
        description="Mã bí mật đã thỏa thuận, hoặc HMAC-SHA256 của nội dung (hex).",
    ),
]


@router.post(
    "/orders",
    operation_id="register_postal_order",
    summary="Đăng ký phiếu gửi bưu chính",
    status_code=201,
    dependencies=[SENDER],
    response_model=OrderDetail,
)
async def register_postal_order(
    given: OrderIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Register an order; without a configured carrier it waits, and says so."""
    return await once(
        session,
        lambda: orders.register(session, desk, given),
        status=201,
        headers=lambda made: {"Location": f"/v1/postal/orders/{made.id}"},
    )


@router.get(
    "/orders",
    operation_id="list_postal_orders",
    summary="Danh sách phiếu gửi",
    dependencies=[OFFICER],
)
async def list_postal_orders(
    *,
    session: Reading,
    desk: AtDesk,
    agency: Below = None,
    carrier: CarrierCode | None = None,
    direction: Direction | None = None,
    state: OrderState | None = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Page[OrderView]:
    """Orders of the caller's agencies, newest first."""
    filters = lists.Filters(agency, carrier, direction, state)
    return await lists.find_orders(session, desk, filters, after=after, limit=limit)


@router.get(
    "/orders/{order}",
    operation_id="get_postal_order",
    summary="Xem phiếu gửi",
    dependencies=[OFFICER],
)
async def get_postal_order(order: UUID, session: Reading, desk: AtDesk) -> OrderDetail:
    """An order with its legs, its people masked."""
    return await orders.show(session, desk, order)


@router.post(
    "/orders/{order}/cancellation",
    operation_id="cancel_postal_order",
    summary="Hủy phiếu gửi",
    dependencies=[SENDER],
    response_model=OrderDetail,
)
async def cancel_postal_order(
    order: UUID, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Call an order off, before the carrier has taken it over."""
    return await once(session, lambda: orders.cancel(session, desk, order))


@of_dossiers.get(
    "/postal-orders",
    operation_id="get_dossier_post",
    summary="Bưu chính của một hồ sơ",
    dependencies=[OFFICER],
)
async def get_dossier_post(dossier: str, session: Reading, desk: AtDesk) -> DossierPost:
    """What the post does for a dossier in each direction."""
    return await orders.of_dossier(session, desk, dossier)


@router.post(
    "/handovers",
    operation_id="sign_handover",
    summary="Lập biên bản giao nhận",
    status_code=201,
    dependencies=[SIGNER],
    response_model=HandoverDetail,
)
async def sign_handover(given: HandoverIn, desk: AtDesk, once: OncePerKey) -> Response:
    """Keep a signed record: its dossiers count as filed, its supplements as complete, by then.

    What is refused is kept in the record with its reason, for it was handed over all the same.
    """
    handovers.check(desk, given)
    filed = await handovers.file_new(desk, given)
    # Only now a connection of its own: while filing, each filing takes one.
    async with desk.database.transaction() as session:
        return await once(
            session,
            lambda: handovers.record(session, desk, given, filed),
            status=201,
            headers=lambda made: {"Location": f"/v1/postal/handovers/{made.id}"},
        )


@router.get(
    "/handovers",
    operation_id="list_handovers",
    summary="Danh sách biên bản giao nhận",
    dependencies=[OFFICER],
)
async def list_handovers(
    *,
    session: Reading,
    desk: AtDesk,
    agency: Below = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Page[HandoverView]:
    """Records of the caller's agencies, last signed first."""
    return await lists.find_handovers(session, desk, agency=agency, after=after, limit=limit)


@router.get(
    "/handovers/{handover}",
    operation_id="get_handover",
    summary="Xem biên bản giao nhận",
    dependencies=[OFFICER],
)
async def get_handover(handover: UUID, session: Reading, desk: AtDesk) -> HandoverDetail:
    """A record with everything that was counted."""
    return await handovers.show(session, desk, handover)


@router.post(
    "/carriers/{carrier}/{api}/webhook",
    operation_id="tell_postal_status",
    summary="Doanh nghiệp bưu chính báo trạng thái",
    dependencies=[CARRIER],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "anyOf": [
                            {"type": "object"},
                            {"type": "array", "items": {"type": "object"}},
                        ]
                    }
                }
            },
        }
    },
)
async def tell_postal_status(
    carrier: CarrierCode, api: str, request: Request, desk: AtDesk, proof: Proof = None
) -> Applied:
    """Take in a carrier's messages in its own shape; told again, they change nothing."""
    return await webhooks.receive(desk, carrier, api, await request.body(), proof)
