"""Lists of the post: what the caller may see, newest first, walked by key."""

from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import PostalHandover, PostalOrder
from services.intake.models.postal import Direction, OrderState
from services.intake.pages import mark, place
from services.intake.postal import handovers, scope, views
from services.intake.schemas.postal import HandoverView, OrderView
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
        next=mark(last.registered_at, last.id) if last else None,
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
        next=mark(last.signed_at, last.id) if last else None,
    )
