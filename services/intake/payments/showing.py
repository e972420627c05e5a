"""Everything about a dossier's money, for whoever may see the dossier."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import appointments, dossiers
from services.intake.desk import Desk
from services.intake.models import (
    Appointments,
    Dossier,
    Payment,
    PaymentDemand,
    PaymentLine,
    PlatformPayment,
    PlatformState,
    Receipt,
)
from services.intake.payments import pricing, receipts, refunds
from services.intake.payments.standing import refund_due, state_of
from services.intake.schemas.payments import (
    AppointmentsView,
    DemandView,
    DossierMoney,
    LineView,
    PaymentView,
    PublishedFeeView,
)
from services.intake.schemas.platform import PlatformPaymentView


async def show(session: AsyncSession, desk: Desk, reference: str) -> DossierMoney:
    """Tell what is to be paid by whom, what was, and what was given back."""
    dossier = await dossiers.get(session, desk, reference)
    key = dossier.id
    online = await session.scalars(
        select(PlatformPayment)
        .where(PlatformPayment.dossier_id == key)
        .order_by(PlatformPayment.opened_at, PlatformPayment.reference)
    )
    tries = list(online)
    given = await session.scalars(
        select(Receipt).where(Receipt.dossier_id == key).order_by(Receipt.issued_at, Receipt.id)
    )
    pending = {one.demand for one in tries if one.state == PlatformState.PENDING}
    both = await appointments.show(session, dossier)
    return DossierMoney(
        code=dossier.code,
        published=await _published(session, desk, dossier),
        demands=await _demands(session, dossier, pending),
        receipts=[receipts.view(receipt) for receipt in given],
        refunds=await refunds.shown(session, desk, dossier),
        online=[PlatformPaymentView.model_validate(one, from_attributes=True) for one in tries],
        appointments=_appointments(both) if both else None,
    )


async def _demands(session: AsyncSession, dossier: Dossier, pending: set[int]) -> list[DemandView]:
    key = dossier.id
    lines: dict[int, list[LineView]] = defaultdict(list)
    of_lines = select(PaymentLine).where(PaymentLine.dossier_id == key)
    for line in await session.scalars(of_lines.order_by(PaymentLine.number)):
        lines[line.demand].append(LineView.model_validate(line, from_attributes=True))
    paid: dict[int, list[PaymentView]] = defaultdict(list)
    of_payments = select(Payment).where(Payment.dossier_id == key)
    for payment in await session.scalars(of_payments.order_by(Payment.number)):
        paid[payment.demand].append(PaymentView.model_validate(payment, from_attributes=True))
    demands = await session.scalars(
        select(PaymentDemand).where(PaymentDemand.dossier_id == key).order_by(PaymentDemand.number)
    )
    views = []
    for owed in demands:
        state = state_of(owed, pending=owed.number in pending)
        views.append(
            DemandView(
                number=owed.number,
                state=state,
                label=state.label,
                waits=owed.waits,
                amount=owed.amount,
                paid=owed.paid,
                refunded=owed.refunded,
                refund_due=refund_due(dossier, owed),
                currency=owed.currency,
                reason=owed.reason,
                demanded_at=owed.demanded_at,
                settled_at=owed.settled_at,
                cancelled_at=owed.cancelled_at,
                lines=lines[owed.number],
                payments=paid[owed.number],
            )
        )
    return views


async def _published(session: AsyncSession, desk: Desk, dossier: Dossier) -> list[PublishedFeeView]:
    fees = await pricing.published_fees(session, desk, dossier)
    return [
        PublishedFeeView(
            index=index,
            kind=pricing.kind_of(fee),
            amount=None if fee.amount is None else int(fee.amount),
            currency=fee.currency,
            text=fee.text,
        )
        for index, fee in enumerate(fees)
    ]


def _appointments(both: Appointments) -> AppointmentsView:
    return AppointmentsView(
        first_due_at=both.first_due_at,
        first_ended_at=both.first_ended_at,
        second_counts_from=both.counts_from,
        second_due_at=both.due_at,
    )
