"""Financial obligations: a demand lets the dossier wait, the last payment lets it go on."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers, pauses
from services.intake.desk import Desk
from services.intake.lifecycle import Action
from services.intake.models import Dossier, Pause, Payment, PaymentDemand
from services.intake.schemas.actions import PaymentDemandIn, PaymentIn
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.errors import Unprocessable
from shared.events import DossierPaymentDemanded, DossierPaymentReceived, PauseEnd


async def demand(
    session: AsyncSession, desk: Desk, reference: str, asked: PaymentDemandIn
) -> DossierView:
    """Ask the person to pay; the payer's time stands outside the limit."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.DEMAND_PAYMENT)
    dossier.payment_demands += 1
    dossiers.pause(dossier, Pause.PAYMENT, desk.now)
    session.add(
        PaymentDemand(
            dossier_id=dossier.id,
            number=dossier.payment_demands,
            paid=0,
            payments=0,
            demanded_at=desk.now,
            **asked.model_dump(),
        )
    )
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.DEMAND_PAYMENT,
        after=after,
        event=DossierPaymentDemanded(
            number=dossier.payment_demands,
            amount=asked.amount,
            currency=asked.currency,
            demanded_at=desk.now,
        ),
        ground=asked.reason,
        details={"amount": asked.amount, "currency": asked.currency},
    )
    return dossier_view(dossier)


async def receive(
    session: AsyncSession, desk: Desk, reference: str, given: PaymentIn
) -> DossierView:
    """Take in money; fully paid, the promised date moves on by the working time waited."""
    dossier = await dossiers.locked(session, desk, reference)
    # Whether it settles the demand is known only once there is one: decide on the status first.
    dossiers.decide(dossier, Action.RECEIVE_PAYMENT)
    owed = await session.get_one(PaymentDemand, (dossier.id, dossier.payment_demands))
    if owed.paid + given.amount > owed.amount:
        raise Unprocessable(
            f"Số tiền vượt quá phần còn phải nộp ({owed.amount - owed.paid} {owed.currency}).",
            code="overpaid",
            remaining=owed.amount - owed.paid,
        )
    _book(session, desk, owed, given)
    settled = owed.paid == owed.amount
    after = dossiers.decide(dossier, Action.RECEIVE_PAYMENT, settled=settled)
    moved: dict[str, Any] = {}
    if settled:
        owed.settled_at = desk.now
        moved = await pauses.end(session, desk, dossier, PauseEnd.EXTEND)
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.RECEIVE_PAYMENT,
        after=after,
        event=_received(dossier, desk, given, owed, moved),
        details={"amount": given.amount, "means": given.means, "settled": settled},
    )
    return dossier_view(dossier)


def _book(session: AsyncSession, desk: Desk, owed: PaymentDemand, given: PaymentIn) -> None:
    owed.paid += given.amount
    owed.payments += 1
    session.add(
        Payment(
            dossier_id=owed.dossier_id,
            demand=owed.number,
            number=owed.payments,
            received_by=desk.principal.subject,
            received_at=desk.now,
            **given.model_dump(),
        )
    )


def _received(
    dossier: Dossier, desk: Desk, given: PaymentIn, owed: PaymentDemand, moved: dict[str, Any]
) -> DossierPaymentReceived:
    return DossierPaymentReceived(
        number=dossier.payment_demands,
        amount=given.amount,
        currency=owed.currency,
        means=given.means,
        settled=owed.settled_at is not None,
        received_at=desk.now,
        **moved,
    )
