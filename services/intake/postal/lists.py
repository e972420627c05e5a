"""Lists of the post: what the caller may see, newest first, walked by key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import PostalHandover, PostalOrder
from services.intake.models.postal import Direction, OrderState
from services.intake.postal import handovers, scope, views
from services.intake.schemas.postal import HandoverView, OrderView
from shared import paging
from shared.paging import Page


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is asked for; None asks for nothing."""

    agency: str | None = None
    carrier: str | None = None
    direction: Direction | None = None
    state: OrderState | None = None


async def find_orders(
    session: AsyncSession, desk: Desk, filters: Filters, *, after: str | None, limit: int
) -> Page[OrderView]:
    """Walk the orders of the caller's agencies."""
    key = tuple_(PostalOrder.registered_at, PostalOrder.id)
    query = select(PostalOrder).where(scope.within(desk.principal, PostalOrder.agency))
    for column, wanted in (
        (PostalOrder.carrier, filters.carrier),
        (PostalOrder.direction, filters.direction),
        (PostalOrder.state, filters.state),
    ):
        if wanted is not None:
            query = query.where(column == str(wanted))
    if filters.agency is not None:
        query = query.where(scope.below(PostalOrder.agency, filters.agency))
    if after is not None:
        query = query.where(key < place(after))
    newest = query.order_by(PostalOrder.registered_at.desc(), PostalOrder.id.desc())
    found = (await session.scalars(newest.limit(limit + 1))).all()
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        items=[views.order(desk, row) for row in found[:limit]],
        next=paging.encode(last.registered_at.isoformat(), str(last.id)) if last else None,
    )


async def find_handovers(
    session: AsyncSession, desk: Desk, *, agency: str | None, after: str | None, limit: int
) -> Page[HandoverView]:
    """Walk the records of hand-over of the caller's agencies."""
    key = tuple_(PostalHandover.signed_at, PostalHandover.id)
    query = select(PostalHandover).where(scope.within(desk.principal, PostalHandover.agency))
    if agency is not None:
        query = query.where(scope.below(PostalHandover.agency, agency))
    if after is not None:
        query = query.where(key < place(after))
    newest = query.order_by(PostalHandover.signed_at.desc(), PostalHandover.id.desc())
    found = (await session.scalars(newest.limit(limit + 1))).all()
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        items=[handovers.view(row) for row in found[:limit]],
        next=paging.encode(last.signed_at.isoformat(), str(last.id)) if last else None,
    )


def place(cursor: str) -> tuple[datetime, UUID]:
    """Read where a page begins; raises Unprocessable for a cursor that is not ours."""
    moment, identity = paging.decode_texts(cursor, 2)
    try:
        found = datetime.fromisoformat(moment), UUID(identity)
    except ValueError as broken:
        raise paging.unreadable() from broken
    if found[0].tzinfo is None:
        raise paging.unreadable()
    return found
