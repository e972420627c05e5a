"""Money is given back, on a ground and a leader's approval; the account is sealed."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Work
from services.intake.models import Dossier, PaymentDemand, PlatformPayment, PlatformState, Refund
from services.intake.payments import demands
from services.intake.schemas.payments import RefundIn, RefundView
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.errors import Conflict, NotFound, Unprocessable
from shared.events import DossierRefunded
from shared.personal_data import mask_number

NOTHING_LEFT: Final = "Không còn tiền của khoản này để hoàn."


async def refund(session: AsyncSession, desk: Desk, reference: str, asked: RefundIn) -> DossierView:
    """Give money of a demand back, or the whole of a platform payment that nobody owed."""
    dossier = await dossiers.locked(session, desk, reference)
    if asked.reference is not None:
        owed, amount = await _excess(session, dossier, asked.reference)
    else:
        owed, amount = await _paid(session, dossier, asked)
        owed.refunded += amount
    number = 1 + await _count(session, dossier)
    session.add(
        Refund(
            dossier_id=dossier.id,
            number=number,
            demand=owed.number,
            amount=amount,
            ground=asked.ground,
            account=desk.vault.seal(asked.account.model_dump(), of=_bound(dossier, number)),
            key_id=desk.vault.current,
            approved_by=desk.actor,
            approved_at=desk.now,
            reference=asked.reference,
        )
    )
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.REFUND,
        event=DossierRefunded(
            number=owed.number, amount=amount, currency=owed.currency, refunded_at=desk.now
        ),
        ground=asked.ground,
        details={"number": owed.number, "amount": amount},
    )
    return dossier_view(dossier)


async def shown(session: AsyncSession, desk: Desk, dossier: Dossier) -> list[RefundView]:
    """What was given back, accounts masked."""
    rows = await session.scalars(
        select(Refund).where(Refund.dossier_id == dossier.id).order_by(Refund.number)
    )
    return [_view(desk, dossier, row) for row in rows]


def _view(desk: Desk, dossier: Dossier, row: Refund) -> RefundView:
    account = desk.vault.open(row.account, key_id=row.key_id, of=_bound(dossier, row.number))
    return RefundView(
        number=row.number,
        demand=row.demand,
        amount=row.amount,
        ground=row.ground,
        account=mask_number(account["number"]),
        bank=account["bank"],
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        reference=row.reference,
    )


async def _paid(
    session: AsyncSession, dossier: Dossier, asked: RefundIn
) -> tuple[PaymentDemand, int]:
    if asked.demand is None:
        raise Unprocessable("Hãy nêu khoản cần hoàn (demand).", code="demand_needed")
    owed = await demands.get(session, dossier, asked.demand)
    if owed.waits and demands.is_open(owed):
        raise Conflict("Hồ sơ còn chờ nộp đủ khoản này.", code="demand_waits")
    left = owed.paid - owed.refunded
    if left == 0:
        raise Conflict(NOTHING_LEFT, code="nothing_to_refund")
    amount = left if asked.amount is None else asked.amount
    if amount > left:
        raise Unprocessable(
            f"Chỉ còn {left} {owed.currency} để hoàn.", code="refund_too_large", remaining=left
        )
    return owed, amount


async def _excess(
    session: AsyncSession, dossier: Dossier, reference: str
) -> tuple[PaymentDemand, int]:
    paid = await session.get(PlatformPayment, reference)
    if paid is None or paid.dossier_id != dossier.id:
        raise NotFound("Hồ sơ không có giao dịch này.", code="reference_unknown")
    before = await session.scalar(select(Refund.number).where(Refund.reference == reference))
    if paid.state != PlatformState.EXCESS or before is not None:
        raise Conflict(NOTHING_LEFT, code="nothing_to_refund")
    return await demands.get(session, dossier, paid.demand), paid.amount


async def _count(session: AsyncSession, dossier: Dossier) -> int:
    counted = select(func.count()).where(Refund.dossier_id == dossier.id)
    return (await session.execute(counted)).scalar_one()


def _bound(dossier: Dossier, number: int) -> str:
    return f"{dossier.id}/refund/{number}"
