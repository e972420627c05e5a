"""Tries to pay on the platform: one pending at a time for a demand, and how each one ends."""

from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk, Resources
from services.intake.models import Dossier, PaymentDemand, PlatformPayment, PlatformState
from services.intake.payments import demands, receiving
from services.intake.schemas.actions import PaymentIn
from shared.database import Database
from shared.identity import EVERYWHERE, Principal, Role

PLATFORM: Final = "payment-platform"

log = structlog.get_logger()


def speaking_for(resources: Resources, database: Database, now: datetime) -> Desk:
    """A desk at which the platform itself speaks, once it has proven itself."""
    principal = Principal(PLATFORM, frozenset({Role.PORTAL}), (EVERYWHERE,))
    return Desk(principal, now, "*", database, resources)


async def locked(
    session: AsyncSession, desk: Desk, reference: str
) -> tuple[Dossier, PlatformPayment] | None:
    """Get a try and its dossier, alone until the commit; the dossier first, as everywhere."""
    found = await session.get(PlatformPayment, reference)
    if found is None:
        return None
    dossier = await dossiers.locked(session, desk, str(found.dossier_id))
    await session.refresh(found, with_for_update=True)
    return dossier, found


async def pending(session: AsyncSession, owed: PaymentDemand) -> PlatformPayment | None:
    """The try that is still open for a demand."""
    found: PlatformPayment | None = await session.scalar(
        select(PlatformPayment).where(
            PlatformPayment.dossier_id == owed.dossier_id,
            PlatformPayment.demand == owed.number,
            PlatformPayment.state == PlatformState.PENDING,
        )
    )
    return found


async def settle(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    one: PlatformPayment,
    transaction: str | None,
) -> None:
    """Book money that the platform has taken; what nobody owes any more is kept as excess.

    Said twice it changes nothing; a try that was given up is paid all the same.
    """
    if one.state in {PlatformState.PAID, PlatformState.EXCESS}:
        return
    one.settled_at, one.transaction, one.last_error = desk.now, transaction, None
    owed = await demands.get(session, dossier, one.demand)
    if not demands.is_open(owed) or owed.paid + one.amount > owed.amount:
        one.state = PlatformState.EXCESS
        log.warning("money came that nobody owed", dossier=dossier.code, reference=one.reference)
        return
    one.state = PlatformState.PAID
    given = PaymentIn(amount=one.amount, means="online", receipt_number=transaction)
    await receiving.take(session, desk, dossier, owed, given)


def fail(desk: Desk, one: PlatformPayment, error: str) -> None:
    """End a try that came to nothing; one that is paid stays paid."""
    if one.state == PlatformState.PENDING:
        one.state, one.settled_at, one.last_error = PlatformState.FAILED, desk.now, error
