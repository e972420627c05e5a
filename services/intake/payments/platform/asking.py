"""Asks the platform after payments whose confirmation does not come; run by the worker."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from services.intake.desk import Desk, Resources
from services.intake.models import PlatformPayment, PlatformState
from services.intake.payments.platform import messages, tries
from services.intake.payments.platform.confirming import TRANSACTION_MAX, matches
from services.intake.payments.platform.transport import Reply, Transport, open_transport
from services.intake.settings import IntakeSettings
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic

REST_SECONDS: Final = 60.0
ASKED_MAX: Final = 200
PAID, FAILED = "1", "4"
"""TrangThaiGD; 3 is still pending."""


async def ask_due(desk: Desk, transport: Transport) -> int:
    """Ask after every payment that is pending too long; tells how many were asked after."""
    settings = desk.settings.payments
    for done in range(ASKED_MAX):
        reference = await _claim(desk)
        if reference is None:
            return done
        question = messages.question(settings, kind="QUERY", reference=reference, at=desk.now)
        reply = await transport.send(question)
        await _take(desk, reference, reply)
    return ASKED_MAX


def periodic(settings: IntakeSettings) -> list[Periodic]:
    """For intake's worker, where a platform is configured."""
    if not settings.payments.configured:
        return []
    resources = Resources.of(settings)

    async def ask(database: Database) -> None:
        async with open_transport(settings.payments) as transport:
            await ask_due(tries.speaking_for(resources, database, present()), transport)

    return [Periodic("payments-ask", REST_SECONDS, ask)]


async def _claim(desk: Desk) -> str | None:
    """Take the next one that is due; nobody else asks after it before its next time."""
    rest = timedelta(minutes=desk.settings.payments.query_after_minutes)
    async with desk.database.transaction() as session:
        due = (
            select(PlatformPayment)
            .where(
                PlatformPayment.state == PlatformState.PENDING,
                PlatformPayment.next_query <= desk.now,
            )
            .order_by(PlatformPayment.next_query)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        one = await session.scalar(due)
        if one is None:
            return None
        one.next_query = desk.now + rest
        return one.reference


async def _take(desk: Desk, reference: str, reply: Reply) -> None:
    async with desk.database.transaction() as session:
        found = await tries.locked(session, desk, reference)
        if found is None:
            return
        dossier, one = found
        told = reply.document
        state = str(told.get("TrangThaiGD")) if _is_about(reply, reference) else None
        if state == PAID and matches(one, told.get("SoTien"), told.get("MaTienTe")):
            transaction = str(told.get("MaGiaoDich") or "")[:TRANSACTION_MAX] or None
            await tries.settle(session, desk, dossier, one, transaction)
        elif state == PAID:
            one.last_error = "amount_differs"
        elif state == FAILED:
            tries.fail(desk, one, "platform_failed")
        elif one.state == PlatformState.PENDING and _given_up(desk, one):
            one.state, one.settled_at = PlatformState.EXPIRED, desk.now


def _is_about(reply: Reply, reference: str) -> bool:
    return reply.done and reply.document.get("MaThamChieu", reference) == reference


def _given_up(desk: Desk, one: PlatformPayment) -> bool:
    return desk.now - one.opened_at >= timedelta(days=desk.settings.payments.query_days)
