"""Routes of orders to count open clocks anew."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from services.sla.recalculation import ordering
from services.sla.schemas.recalculations import (
    RecalculationBody,
    RecalculationView,
    recalculation_view,
)
from shared.clock import Now
from shared.database import Databases, Transaction, driver_of
from shared.idempotency import OncePerKey
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/recalculations", tags=["recalculations"])
Orderer = Annotated[Principal, requires(Role.CATALOGUE, Role.OPERATOR)]
READER = requires(Role.CATALOGUE, Role.LEADER, Role.REPORTER, Role.OPERATOR)


@router.post(
    "",
    operation_id="order_recalculation",
    summary="Tính lại ngày hẹn theo lịch mới / count open clocks anew by a new calendar",
    status_code=201,
    response_model=RecalculationView,
)
async def order_recalculation(
    *, body: RecalculationBody, principal: Orderer, session: Transaction, once: OncePerKey, now: Now
) -> Response:
    """All open dossiers of the calendar; a preview tells beforehand which would move."""

    async def give() -> RecalculationView:
        given = await ordering.order(
            session,
            ordered_by=principal.subject,
            calendar=body.calendar,
            version=body.version,
            later_only=body.later_only,
            ground=body.ground,
            now=now,
        )
        connection = await driver_of(await session.connection())
        return recalculation_view(await ordering.one(connection, given.id))

    return await once(
        session,
        give,
        status=201,
        headers=lambda view: {"Location": f"/v1/recalculations/{view.id}"},
    )


@router.get(
    "",
    operation_id="list_recalculations",
    summary="Các lệnh tính lại / orders and what came of them",
    dependencies=[READER],
)
async def list_recalculations(
    database: Databases, after: Cursor = None, limit: Limit = 50
) -> Page[RecalculationView]:
    """The newest first."""
    async with database.statements() as connection:
        rows, following = await ordering.page(connection, after, limit)
    return Page(items=[recalculation_view(row) for row in rows], next=following)


@router.get(
    "/{order}",
    operation_id="get_recalculation",
    summary="Một lệnh tính lại / an order and what came of it",
    dependencies=[READER],
)
async def get_recalculation(order: UUID, database: Databases) -> RecalculationView:
    """How many dues moved, and how many stayed."""
    async with database.statements() as connection:
        return recalculation_view(await ordering.one(connection, order))
