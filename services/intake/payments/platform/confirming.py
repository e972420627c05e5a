"""Takes in what the platform confirms: proven, compared by amount, and booked once."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import structlog

from services.intake.desk import Desk, Resources
from services.intake.models import PlatformPayment
from services.intake.payments.platform import messages, tries
from shared.database import Database

UNKNOWN: Final = "01"
AMOUNT: Final = "04"
UNPROVEN: Final = "97"
REFERENCE_MAX: Final = 64
TRANSACTION_MAX: Final = 100

log = structlog.get_logger()


async def confirm(
    resources: Resources, database: Database, told: Mapping[str, Any], now: datetime
) -> dict[str, str]:
    """Answer a confirmation, signed; the answer comes after the commit of what it did."""
    settings = resources.settings.payments
    reference = str(told.get("MaThamChieu") or "")[:REFERENCE_MAX].replace("\x00", "")
    code = UNPROVEN
    if settings.configured and _is_from_platform(resources, told):
        desk = tries.speaking_for(resources, database, now)
        code = await _apply(desk, reference, told)
    if code != messages.DONE:
        log.warning("a payment confirmation was refused", code=code)
    return messages.answer(settings, code=code, reference=reference, at=now)


def matches(one: PlatformPayment, amount: Any, currency: Any) -> bool:
    """Whether exactly what was asked for was paid."""
    try:
        paid = Decimal(str(amount))
    except InvalidOperation:
        return False
    return paid == one.amount and currency in {None, "", one.currency}


async def _apply(desk: Desk, reference: str, told: Mapping[str, Any]) -> str:
    async with desk.database.transaction() as session:
        found = await tries.locked(session, desk, reference)
        if found is None:
            return UNKNOWN
        dossier, one = found
        if told.get("MaLoi") != messages.DONE:
            tries.fail(desk, one, str(told.get("MaLoi"))[:REFERENCE_MAX])
            return messages.DONE
        if not matches(one, told.get("SoTien"), told.get("MaTienTe")):
            one.last_error = "amount_differs"
            return AMOUNT
        transaction = str(told.get("MaGiaoDich") or "")[:TRANSACTION_MAX] or None
        await tries.settle(session, desk, dossier, one, transaction)
    return messages.DONE


def _is_from_platform(resources: Resources, told: Mapping[str, Any]) -> bool:
    settings = resources.settings.payments
    secret = settings.secret.get_secret_value()
    proven = messages.is_proven(told, messages.CONFIRMATION_ORDER, secret)
    return proven and told.get("MaDoiTac") == settings.partner
