"""Demands: an obligation lets the dossier wait until it is paid, fees do not."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import appointments, dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Action, Work, is_terminal
from services.intake.models import Dossier, Pause, PaymentDemand, PaymentLine
from services.intake.payments import pricing
from services.intake.payments.pricing import Priced
from services.intake.schemas.actions import PaymentDemandIn
from services.intake.schemas.payments import CancelIn, FeeDemandIn
from services.intake.schemas.receipts import LineKind
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.errors import Conflict, NotFound
from shared.events import DossierDemandCancelled, DossierFeesDemanded, DossierPaymentDemanded

ENDED = "Hồ sơ đã kết thúc trước khi nộp"


async def demand(
    session: AsyncSession, desk: Desk, reference: str, asked: PaymentDemandIn
) -> DossierView:
    """Ask the person to pay; the payer's time stands outside the limit."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.DEMAND_PAYMENT)
    line = Priced(LineKind.OBLIGATION, asked.reason, asked.amount, asked.currency, None)
    owed = _add(session, desk, dossier, [line], reason=asked.reason, waits=True)
    await appointments.end_first(session, desk, dossier)
    dossiers.pause(dossier, Pause.PAYMENT, desk.now)
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.DEMAND_PAYMENT,
        after=after,
        event=DossierPaymentDemanded(
            number=owed.number,
            amount=owed.amount,
            currency=owed.currency,
            demanded_at=desk.now,
        ),
        ground=asked.reason,
        details={"amount": owed.amount, "currency": owed.currency},
    )
    return dossier_view(dossier)


async def demand_fees(
    session: AsyncSession, desk: Desk, reference: str, asked: FeeDemandIn
) -> DossierView:
    """Tell what fees and charges are due; nothing waits, and what is wholly exempt is settled."""
    dossier = await dossiers.locked(session, desk, reference)
    if is_terminal(dossier.status, suspended=dossier.suspended):
        raise Conflict("Hồ sơ đã kết thúc, không còn khoản phải nộp.", code="dossier_ended")
    lines = pricing.priced(asked.lines, await pricing.published_fees(session, desk, dossier))
    owed = _add(session, desk, dossier, lines, reason=asked.reason, waits=False)
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.DEMAND_FEES,
        event=DossierFeesDemanded(
            number=owed.number,
            fees=_sum(lines, LineKind.FEE),
            charges=_sum(lines, LineKind.CHARGE),
            exempted=sum(line.exempted for line in lines),
            currency=owed.currency,
            demanded_at=desk.now,
        ),
        details={"number": owed.number, "amount": owed.amount},
    )
    return dossier_view(dossier)


async def cancel(
    session: AsyncSession, desk: Desk, reference: str, number: int, asked: CancelIn
) -> DossierView:
    """Call off a demand for fees that nothing was paid for yet; raises Conflict."""
    dossier = await dossiers.locked(session, desk, reference)
    owed = await get(session, dossier, number)
    if owed.waits:
        raise Conflict(
            "Hồ sơ đang chờ nghĩa vụ này; chỉ hết chờ khi nộp đủ, rút hoặc dừng.",
            code="demand_waits",
        )
    if owed.paid or owed.settled_at or owed.cancelled_at:
        raise Conflict("Khoản này đã nộp hoặc đã hủy.", code="demand_closed")
    owed.cancelled_at, owed.cancel_ground = desk.now, asked.ground
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.CANCEL_DEMAND,
        event=DossierDemandCancelled(
            number=number, amount=owed.amount, ground=asked.ground, cancelled_at=desk.now
        ),
        ground=asked.ground,
        details={"number": number},
    )
    return dossier_view(dossier)


async def end(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Ask nothing more of the person once their dossier is over without a result."""
    if not dossier.payment_demands:
        return
    await session.execute(
        update(PaymentDemand)
        .where(
            PaymentDemand.dossier_id == dossier.id,
            PaymentDemand.settled_at.is_(None),
            PaymentDemand.cancelled_at.is_(None),
        )
        .values(cancelled_at=desk.now, cancel_ground=ENDED)
    )


async def get(session: AsyncSession, dossier: Dossier, number: int) -> PaymentDemand:
    """Get one demand of a dossier; raises NotFound."""
    owed = await session.get(PaymentDemand, (dossier.id, number))
    if owed is None:
        raise NotFound("Hồ sơ không có khoản phải nộp này.", code="demand_unknown")
    return owed


async def waited_for(session: AsyncSession, dossier: Dossier) -> PaymentDemand | None:
    """The demand that the dossier waits for, if it waits for one."""
    found: PaymentDemand | None = await session.scalar(
        select(PaymentDemand).where(
            PaymentDemand.dossier_id == dossier.id,
            PaymentDemand.waits,
            PaymentDemand.settled_at.is_(None),
            PaymentDemand.cancelled_at.is_(None),
        )
    )
    return found


def is_open(owed: PaymentDemand) -> bool:
    """Whether something is still to be paid."""
    return owed.settled_at is None and owed.cancelled_at is None


def _add(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    lines: Sequence[Priced],
    *,
    reason: str,
    waits: bool,
) -> PaymentDemand:
    dossier.payment_demands += 1
    amount = sum(line.amount - line.exempted for line in lines)
    owed = PaymentDemand(
        dossier_id=dossier.id,
        number=dossier.payment_demands,
        amount=amount,
        currency=lines[0].currency,
        reason=reason,
        paid=0,
        refunded=0,
        payments=0,
        waits=waits,
        demanded_by=desk.actor,
        demanded_at=desk.now,
        settled_at=None if amount else desk.now,
    )
    session.add(owed)
    session.add_all(_line(owed, number, line) for number, line in enumerate(lines, 1))
    return owed


def _line(owed: PaymentDemand, number: int, line: Priced) -> PaymentLine:
    return PaymentLine(
        dossier_id=owed.dossier_id,
        demand=owed.number,
        number=number,
        kind=str(line.kind),
        name=line.name,
        amount=line.amount,
        ground=line.ground,
        exempted=line.exempted,
        exemption_ground=line.exemption_ground,
        exemption_paper=line.exemption_paper,
    )


def _sum(lines: Sequence[Priced], kind: LineKind) -> int:
    return sum(line.amount - line.exempted for line in lines if line.kind is kind)
