"""Money that carriers collect for us: what was remitted, and where it does not add up."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7s
from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import PostalOrder, PostalRemittance, PostalRemittanceItem
from services.intake.pages import mark, place
from services.intake.postal import scope
from services.intake.postal.carriers import carrier
from services.intake.schemas.postal_money import (
    Difference,
    Match,
    RemittanceDetail,
    RemittanceIn,
    RemittedView,
)
from shared.errors import Conflict
from shared.paging import Page


async def remit(session: AsyncSession, desk: Desk, given: RemittanceIn) -> RemittanceDetail:
    """Keep a carrier's list as it is, matched with our orders; nothing is refused for its money."""
    carrier(given.carrier)
    await scope.check(session, desk, given.agency)
    await _refuse_again(session, given)
    orders = await _orders(session, given)
    kept = PostalRemittance(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        recorded_by=desk.principal.subject,
        recorded_at=desk.now,
        **given.model_dump(exclude={"items"}),
    )
    session.add(kept)
    await session.flush()
    session.add_all(
        PostalRemittanceItem(
            remittance_id=kept.id,
            order_number=item.order_number,
            order_id=orders.get(item.order_number),
            amount=item.amount,
        )
        for item in given.items
    )
    await session.flush()
    return await _detail(session, kept)


async def show(session: AsyncSession, desk: Desk, identity: UUID) -> RemittanceDetail:
    """Show a remittance against the orders as they are now."""
    query = select(PostalRemittance).where(
        PostalRemittance.id == identity, scope.within(desk.principal, PostalRemittance.agency)
    )
    kept = (await session.execute(query)).scalar_one_or_none()
    return await _detail(session, scope.known(kept, "remittance"))


async def differences(
    session: AsyncSession,
    desk: Desk,
    *,
    agency: str | None,
    carrier_code: str | None,
    after: str | None,
    limit: int,
) -> Page[Difference]:
    """Walk the orders whose money does not add up, newest first."""
    remitted = (
        select(func.coalesce(func.sum(PostalRemittanceItem.amount), 0))
        .where(PostalRemittanceItem.order_id == PostalOrder.id)
        .scalar_subquery()
    )
    query = select(PostalOrder, remitted).where(
        scope.within(desk.principal, PostalOrder.agency),
        remitted != PostalOrder.cod_amount,
        # Nothing lacks before the carrier has it; what it remits unasked is always a difference.
        or_(PostalOrder.collected_at.is_not(None), remitted > 0),
    )
    if agency is not None:
        query = query.where(scope.below(PostalOrder.agency, agency))
    if carrier_code is not None:
        query = query.where(PostalOrder.carrier == carrier_code)
    if after is not None:
        key = tuple_(PostalOrder.registered_at, PostalOrder.id)
        query = query.where(key < place(after))
    newest = query.order_by(PostalOrder.registered_at.desc(), PostalOrder.id.desc())
    found: Sequence[Any] = (await session.execute(newest.limit(limit + 1))).all()
    last = found[limit - 1][0] if len(found) > limit else None
    return Page(
        items=[_difference(order, int(sum_)) for order, sum_ in found[:limit]],
        next=mark(last.registered_at, last.id) if last else None,
    )


async def _refuse_again(session: AsyncSession, given: RemittanceIn) -> None:
    known = await session.scalar(
        select(PostalRemittance.id).where(
            PostalRemittance.carrier == given.carrier,
            PostalRemittance.agency == given.agency,
            PostalRemittance.number == given.number,
        )
    )
    if known is not None:
        raise Conflict("Bảng kê này đã được ghi nhận.", code="remittance_known")


async def _orders(session: AsyncSession, given: RemittanceIn) -> Mapping[str, UUID]:
    rows = await session.execute(
        select(PostalOrder.order_number, PostalOrder.id).where(
            PostalOrder.carrier == given.carrier,
            PostalOrder.order_number.in_([item.order_number for item in given.items]),
            scope.below(PostalOrder.agency, given.agency),
        )
    )
    return {row.order_number: row.id for row in rows}


async def _detail(session: AsyncSession, kept: PostalRemittance) -> RemittanceDetail:
    rows = await session.execute(
        select(PostalRemittanceItem, PostalOrder.cod_amount)
        .outerjoin(PostalOrder, PostalOrder.id == PostalRemittanceItem.order_id)
        .where(PostalRemittanceItem.remittance_id == kept.id)
        .order_by(PostalRemittanceItem.order_number)
    )
    items = [(item, expected) for item, expected in rows]
    again = await _remitted_before(session, kept, [item.order_id for item, _ in items])
    return RemittanceDetail(
        id=kept.id,
        carrier=kept.carrier,
        agency=kept.agency,
        number=kept.number,
        remitted_at=kept.remitted_at,
        recorded_at=kept.recorded_at,
        total=sum(item.amount for item, _ in items),
        items=[
            RemittedView(
                order_number=item.order_number,
                order=item.order_id,
                amount=item.amount,
                expected=expected,
                match=_match(item, expected, item.order_id in again),
            )
            for item, expected in items
        ],
    )


async def _remitted_before(
    session: AsyncSession, kept: PostalRemittance, orders: Sequence[UUID | None]
) -> set[UUID]:
    """Find the orders that an earlier remittance has paid already."""
    found = await session.scalars(
        select(PostalRemittanceItem.order_id)
        .join(PostalRemittance, PostalRemittance.id == PostalRemittanceItem.remittance_id)
        .where(
            PostalRemittanceItem.order_id.in_([order for order in orders if order is not None]),
            tuple_(PostalRemittance.recorded_at, PostalRemittance.id) < (kept.recorded_at, kept.id),
        )
    )
    return {order for order in found if order is not None}


def _match(item: PostalRemittanceItem, expected: int | None, again: bool) -> Match:
    if expected is None:
        return Match.UNKNOWN_ORDER
    if again:
        return Match.REMITTED_AGAIN
    return Match.MATCHED if item.amount == expected else Match.AMOUNT_DIFFERS


def _difference(order: PostalOrder, remitted: int) -> Difference:
    return Difference(
        order=order.id,
        carrier=order.carrier,
        order_number=order.order_number,
        agency=order.agency,
        expected=order.cod_amount,
        remitted=remitted,
        difference=order.cod_amount - remitted,
        collected_at=order.collected_at,
        registered_at=order.registered_at,
    )
