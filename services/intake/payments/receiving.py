"""Money comes in: for what the dossier waits for, or for fees that it does not wait for."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import appointments, dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Action, Work
from services.intake.models import Dossier, Payment, PaymentDemand
from services.intake.payments import demands, receipts
from services.intake.schemas.actions import PaymentIn
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.errors import Conflict, Unprocessable
from shared.events import DossierFeesReceived, DossierPaymentReceived
from shared.working_time import business_date


async def receive(
    session: AsyncSession, desk: Desk, reference: str, given: PaymentIn
) -> DossierView:
    """Take in money; raises Unprocessable for more than is owed."""
    dossier = await dossiers.locked(session, desk, reference)
    if given.collected_by is not None:
        await _check_collector(session, desk, given.collected_by)
    owed = None
    if given.demand is not None:
        owed = await demands.get(session, dossier, given.demand)
        if not demands.is_open(owed):
            raise Conflict("Khoản này đã nộp đủ hoặc đã hủy.", code="demand_closed")
    await take(session, desk, dossier, owed, given)
    return dossier_view(dossier)


async def take(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    owed: PaymentDemand | None,
    given: PaymentIn,
) -> None:
    """Book money for an open demand, by default the one that is waited for."""
    if owed is not None and not owed.waits:
        await _take_fees(session, desk, dossier, owed, given)
        return
    # Whether it settles the demand is known only once there is one: decide on the status first.
    dossiers.decide(dossier, Action.RECEIVE_PAYMENT)
    owed = owed or await demands.waited_for(session, dossier)
    if owed is None:
        raise Conflict("Hồ sơ không chờ khoản nào.", code="demand_unknown")
    await _book(session, desk, dossier, owed, given)
    settled = owed.settled_at is not None
    after = dossiers.decide(dossier, Action.RECEIVE_PAYMENT, settled=settled)
    moved = await appointments.paid(session, desk, dossier) if settled else {}
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.RECEIVE_PAYMENT,
        after=after,
        event=DossierPaymentReceived(**_told(desk, owed, given), **moved),
        details={"amount": given.amount, "means": given.means, "settled": settled},
    )


async def _take_fees(
    session: AsyncSession, desk: Desk, dossier: Dossier, owed: PaymentDemand, given: PaymentIn
) -> None:
    await _book(session, desk, dossier, owed, given)
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.RECEIVE_FEES,
        event=DossierFeesReceived(**_told(desk, owed, given)),
        details={"number": owed.number, "amount": given.amount, "means": given.means},
    )


async def _book(
    session: AsyncSession, desk: Desk, dossier: Dossier, owed: PaymentDemand, given: PaymentIn
) -> None:
    left = owed.amount - owed.paid
    if given.amount > left:
        raise Unprocessable(
            f"Số tiền vượt quá phần còn phải nộp ({left} {owed.currency}).",
            code="overpaid",
            remaining=left,
        )
    before = owed.paid
    owed.paid += given.amount
    owed.payments += 1
    if owed.paid == owed.amount:
        owed.settled_at = desk.now
    payment = Payment(
        dossier_id=owed.dossier_id,
        demand=owed.number,
        number=owed.payments,
        received_by=desk.actor,
        received_at=desk.now,
        **given.model_dump(exclude={"demand"}),
    )
    session.add(payment)
    await receipts.issue(session, desk, dossier, owed, payment, before=before)


async def _check_collector(session: AsyncSession, desk: Desk, unit: str) -> None:
    catalogue, _ = await desk.catalogue(session)
    if catalogue.agency(unit, business_date(desk.now)) is None:
        raise Unprocessable("Không có đơn vị thu này.", code="agency_unknown", agency=unit)


def _told(desk: Desk, owed: PaymentDemand, given: PaymentIn) -> dict[str, Any]:
    return {
        "number": owed.number,
        "amount": given.amount,
        "currency": owed.currency,
        "means": given.means,
        "settled": owed.settled_at is not None,
        "received_at": desk.now,
    }
