"""Tells carriers what they have yet to be told, and asks them for news; run by the worker."""

from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import PostalCursor, PostalOrder
from services.intake.models.postal import Sign
from services.intake.postal import orders, shapes, tracking, views
from services.intake.postal.transport import PAGE_SIZE, Reply, Transport

LEASE: Final = timedelta(seconds=60)
"""Longer than a call may take: nobody else tells the same order meanwhile."""

FIRST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(hours=1)
DOUBLINGS_MAX: Final = 7

TOLD_MAX: Final = 200
PAGES_MAX: Final = 20
FIRST_ID: Final = "0" * shapes.OBJECT_ID_DIGITS
POLLED: Final = "partner"
"""The API whose list is walked by `lastId`."""

log = structlog.get_logger()


async def send_due(desk: Desk, transport: Transport, carrier: str) -> int:
    """Tell a carrier every order and cancellation that is due; tells how many were tried."""
    for done in range(TOLD_MAX):
        async with desk.database.transaction() as session:
            claimed = await _claim(session, desk, carrier)
        if claimed is None:
            return done
        what, order = claimed
        if what == orders.ORDER:
            reply = await transport.place(views.opened(desk.vault, order))
        else:
            reply = await transport.cancel(order.order_number)
        async with desk.database.transaction() as session:
            await _settle(session, desk, order, what, reply)
    return TOLD_MAX


async def ask_news(desk: Desk, transport: Transport, carrier: str) -> int:
    """Walk the carrier's list of messages from where it was left; tells how many were read."""
    read = 0
    for _ in range(PAGES_MAX):
        async with desk.database.sessions() as session:
            cursor = await session.get(PostalCursor, (carrier, POLLED))
        last_id = cursor.last_id if cursor else FIRST_ID
        reply = await transport.news(last_id)
        if not reply.done:
            log.warning("a carrier gave no news", carrier=carrier, code=reply.code)
            return read
        page = _page(reply.document)
        if not page:
            return read
        await tracking.apply(desk, carrier, POLLED, shapes.read(carrier, POLLED, page))
        read += len(page)
        # Only now: what was not applied is asked for again.
        async with desk.database.transaction() as session:
            await _move(session, carrier, str(page[-1]["id"]))
        if len(page) < PAGE_SIZE:
            return read
    return read


async def _claim(session: AsyncSession, desk: Desk, carrier: str) -> tuple[str, PostalOrder] | None:
    due = (
        select(PostalOrder)
        .where(
            PostalOrder.untold.is_not(None),
            PostalOrder.next_try <= desk.now,
            PostalOrder.carrier == carrier,
        )
        .order_by(PostalOrder.next_try)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    order = (await session.execute(due)).scalar_one_or_none()
    if order is None or order.untold is None:
        return None
    order.attempts += 1
    order.next_try = desk.now + LEASE
    return order.untold, order


async def _settle(
    session: AsyncSession, desk: Desk, claimed: PostalOrder, what: str, reply: Reply
) -> None:
    """Write down what came of a try; what was asked for meanwhile stays to be told."""
    order = await session.get_one(PostalOrder, claimed.id, with_for_update=True)
    placed = what == orders.ORDER and reply.done
    if placed:
        order.placed_at = desk.now
        order.item_code = order.item_code or _item_code(reply.document)
    if order.untold != what:
        return
    order.last_error = None if reply.done else reply.code
    if placed:
        order.untold = order.next_try = None
    elif what == orders.CANCEL and (reply.done or order.placed_at is None):
        # What the carrier never took needs no yes of its own to be over.
        order.untold = order.next_try = None
        session.add(orders.own_message(desk, order.id, Sign.CANCELLED))
        await session.flush()
        await tracking.follow(session, desk, order)
    elif what == orders.CANCEL and _answered(reply):
        # It says no: the parcel is on its way and its messages tell the rest.
        order.untold = order.next_try = None
    else:
        order.next_try = _next_try(desk.now, order.attempts)


async def _move(session: AsyncSession, carrier: str, last_id: str) -> None:
    moved = insert(PostalCursor).values(carrier=carrier, api=POLLED, last_id=last_id)
    await session.execute(
        moved.on_conflict_do_update(index_elements=["carrier", "api"], set_={"last_id": last_id})
    )


def _page(document: Any) -> list[Any]:
    page = document.get("Data", document.get("data")) if isinstance(document, dict) else document
    return page if isinstance(page, list) else []


def _answered(reply: Reply) -> bool:
    return reply.document is not None


def _item_code(document: Any) -> str | None:
    told = document.get("ItemCode") if isinstance(document, dict) else None
    return str(told)[: shapes.NUMBER_MAX] if told else None


def _next_try(now: datetime, attempts: int) -> datetime:
    rest: timedelta = FIRST_REST * 2 ** min(attempts - 1, DOUBLINGS_MAX)
    return now + min(rest, LONGEST_REST)
