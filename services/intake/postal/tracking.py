"""Takes in what carriers tell of orders: each message once, in whatever order they arrive."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import results
from services.intake.desk import Desk
from services.intake.models import Dossier, PostalLeg, PostalMessage, PostalOrder
from services.intake.models.postal import Direction, OrderState
from services.intake.postal import journey as journeys
from services.intake.postal import scope, transit, views
from services.intake.postal.carriers import carrier
from services.intake.postal.journey import Journey, Told
from services.intake.postal.shapes import Message
from services.intake.schemas.actions import ReturnIn
from services.intake.schemas.postal import Applied
from shared.errors import Problem
from shared.events import WayOfReturn
from shared.working_time import WorkingTime, business_date

MESSAGES_PER_ORDER_MAX: Final = 200
"""What is kept of one order; a parcel's life has a dozen messages."""

CLOCK_SKEW: Final = timedelta(minutes=5)
THERE, BACK = "there", "back"

log = structlog.get_logger()


async def apply(desk: Desk, carrier_code: str, api: str, messages: Sequence[Message]) -> Applied:
    """Write down what is new and follow it, each order in a transaction of its own.

    A message told again changes nothing, so that a list may be read or sent again from anywhere.
    """
    by_order: dict[str, list[Message]] = {}
    for message in messages:
        by_order.setdefault(message.order_number, []).append(message)
    new = unknown = 0
    for number, told in sorted(by_order.items()):
        async with desk.database.transaction() as session:
            order = await _find(session, desk, carrier_code, number)
            if order is None:
                unknown += 1
                continue
            new += await _write(session, desk, order, api, told)
            await follow(session, desk, order)
    return Applied(messages=len(messages), new=new, unknown_orders=unknown)


async def follow(session: AsyncSession, desk: Desk, order: PostalOrder) -> None:
    """Bring a locked order to where its messages say it is, and what hangs on it with it."""
    journey = journeys.fold(await _told(session, order))
    ended = order.state in journeys.FINAL
    if journey.last is not None:
        last = journey.last
        order.last_api, order.last_code, order.last_told_at = last.api, last.code, last.at
    order.collected_at, order.paid_at = journey.collected_at, journey.paid_at
    # A message that comes late may tell of an earlier end; what was acted upon stays.
    if ended and journey.state != order.state:
        return
    catalogue, _ = await desk.catalogue(session)
    working_time = catalogue.working_time(desk.settings.default_calendar)
    order.state, order.tries = journey.state, len(journey.tries)
    if journey.turned_at is not None or journey.state is OrderState.RETURNED:
        enough = journeys.enough_call_outs(journey.tries, working_time)
        order.too_few_tries = order.direction == Direction.DELIVER and not enough
    if journey.is_final:
        order.untold = None
    await _legs(session, order, journey, working_time)
    delivered = journey.state is OrderState.DELIVERED and not ended
    if delivered and order.direction == Direction.DELIVER:
        await _return_result(session, desk, order, journey)


async def _find(
    session: AsyncSession, desk: Desk, carrier_code: str, number: str
) -> PostalOrder | None:
    query = select(PostalOrder).where(
        PostalOrder.carrier == carrier_code,
        PostalOrder.order_number == number,
        scope.within(desk.principal, PostalOrder.agency),
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def _write(
    session: AsyncSession, desk: Desk, order: PostalOrder, api: str, messages: Iterable[Message]
) -> int:
    """Keep what is new; a carrier's clock that runs ahead is held back to ours."""
    rows = [
        {
            "order_id": order.id,
            "told_at": _bounded(message.at, desk.now),
            "api": api,
            "code": message.code,
            "identity_shown": message.identity_shown,
            "sealed": _sealed(desk, order, message),
            "key_id": desk.vault.current,
            "received_at": desk.now,
        }
        for message in messages
    ]
    statement = insert(PostalMessage).values(rows).on_conflict_do_nothing()
    written = await session.scalars(statement.returning(PostalMessage.code))
    item_codes = [message.item_code for message in messages if message.item_code]
    order.item_code = order.item_code or next(iter(item_codes), None)
    return len(written.all())


async def _told(session: AsyncSession, order: PostalOrder) -> list[Told]:
    # The oldest first: what floods an order later cannot undo how it began.
    rows = await session.scalars(
        select(PostalMessage)
        .where(PostalMessage.order_id == order.id)
        .order_by(PostalMessage.told_at)
        .limit(MESSAGES_PER_ORDER_MAX)
    )
    by = carrier(order.carrier)
    return [
        Told(row.told_at, by.sign(row.api, row.code), row.api, row.code, row.identity_shown)
        for row in rows
    ]


async def _legs(
    session: AsyncSession, order: PostalOrder, journey: Journey, working_time: WorkingTime
) -> None:
    """Keep each way's time: there until it is delivered or turned round, then back."""
    if journey.taken_at is not None:
        ended_at = journey.turned_at or journey.ended_at
        await _leg(session, order, working_time, THERE, (journey.taken_at, ended_at))
    if journey.turned_at is not None:
        back = journey.turned_at, journey.ended_at
        await _leg(session, order, working_time, BACK, back)


async def _leg(
    session: AsyncSession,
    order: PostalOrder,
    working_time: WorkingTime,
    kind: str,
    way: tuple[datetime, datetime | None],
) -> None:
    started_at, ended_at = way
    route, on = transit.TransitRoute(order.route), business_date(started_at)
    # The slip goes there and back with the papers, never with a result that comes back.
    with_slip = order.with_slip and kind == THERE
    days = transit.days_allowed(route, on, with_slip=with_slip)
    told: dict[str, Any] = {
        "days": days,
        "started_at": started_at,
        "due_on": transit.due_on(working_time, started_at, days),
        "ended_at": ended_at,
        "calendar": working_time.calendar.code,
        "calendar_version": working_time.calendar.version,
    }
    statement = insert(PostalLeg).values(order_id=order.id, kind=kind, **told)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["order_id", "kind"], set_=told)
    )


async def _return_result(
    session: AsyncSession, desk: Desk, order: PostalOrder, journey: Journey
) -> None:
    """The person has the result: the dossier is returned, by post, when it was delivered."""
    dossier = await session.get(Dossier, order.dossier_id)
    if dossier is None or journey.ended_at is None:
        return
    resolved_at = dossier.resolved_at or journey.ended_at
    moment = min(max(journey.ended_at, resolved_at), desk.now)
    delivered = ReturnIn(way_of_return=WayOfReturn.POST, identity_shown=journey.identity_shown)
    try:
        async with session.begin_nested():
            at_delivery = replace(desk, now=moment, if_match="*")
            await results.hand_over(session, at_delivery, str(dossier.id), delivered)
    except Problem as refused:
        # It was recalled or handed over at the counter meanwhile; the parcel is there all the same.
        log.warning("a delivered result was not returned", order=str(order.id), code=refused.code)


def _sealed(desk: Desk, order: PostalOrder, message: Message) -> bytes | None:
    # Carriers write names and phone numbers into their sentences.
    if message.text is None:
        return None
    return desk.vault.encrypt(orjson.dumps(message.text), of=views.sealed_for(order.id))


def _bounded(at: datetime, now: datetime) -> datetime:
    return now if at > now + CLOCK_SKEW else at
