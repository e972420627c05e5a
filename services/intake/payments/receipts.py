"""Receipts (biên lai): fees and charges in a gapless series each, cancelled and replaced."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import uuid_utils.compat as uuid7s
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.models import (
    Dossier,
    Party,
    PartyRole,
    Payment,
    PaymentDemand,
    PaymentLine,
    Receipt,
    ReceiptSequence,
)
from services.intake.payments.amounts import in_words
from services.intake.payments.standing import Owed, shares
from services.intake.printed.units import agency_name
from services.intake.schemas.receipts import (
    LineKind,
    ReceiptCancelIn,
    ReceiptContent,
    ReceiptDetail,
    ReceiptItem,
    ReceiptView,
)
from services.intake.views import sealed_for
from shared import personal_data
from shared.errors import Conflict, NotFound
from shared.working_time import business_date

RECEIPTED: Final = (LineKind.CHARGE, LineKind.FEE)
"""In one order for everybody, or two counters could wait for each other's series.

Obligations are paid into the State budget, which has its own papers.
"""


async def issue(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    owed: PaymentDemand,
    payment: Payment,
    *,
    before: int,
) -> None:
    """Give a receipt for each kind that a payment pays; `before` was paid already."""
    lines = await session.scalars(
        select(PaymentLine)
        .where(PaymentLine.dossier_id == dossier.id, PaymentLine.demand == owed.number)
        .order_by(PaymentLine.number)
    )
    due = [Owed(line.kind, line.name, line.amount - line.exempted) for line in lines]
    paid = list(shares(due, before, before + payment.amount))
    unit = payment.collected_by or dossier.receiving_agency
    for kind in RECEIPTED:
        items = [share for share in paid if share.kind == kind]
        if items:
            content = await _content(session, desk, dossier, payment, unit=unit, items=items)
            amount = sum(item.amount for item in items)
            await session.flush()
            await _write(
                session, desk, payment, unit=unit, kind=kind, amount=amount, content=content
            )


async def cancel(
    session: AsyncSession, desk: Desk, reference: str, identity: UUID, asked: ReceiptCancelIn
) -> ReceiptDetail:
    """Cancel a receipt; its number stays used, a replacement takes the next one."""
    dossier = await dossiers.locked(session, desk, reference)
    receipt = await _get(session, dossier, identity)
    if receipt.cancelled_at is not None:
        raise Conflict("Biên lai này đã hủy.", code="receipt_cancelled")
    receipt.cancelled_by, receipt.cancelled_at = desk.actor, desk.now
    receipt.cancel_ground = asked.ground
    if not asked.replace:
        return _detail(desk, receipt)
    payment = await session.get_one(Payment, (receipt.dossier_id, receipt.demand, receipt.payment))
    items = [Owed(receipt.kind, item.name, item.amount) for item in _opened(desk, receipt).items]
    # The payer's data is read anew: a wrong name is why most receipts are replaced.
    content = await _content(session, desk, dossier, payment, unit=receipt.unit, items=items)
    made = await _write(
        session,
        desk,
        payment,
        unit=receipt.unit,
        kind=LineKind(receipt.kind),
        amount=receipt.amount,
        content=content,
    )
    made.replaces = receipt.id
    return _detail(desk, made)


async def show(session: AsyncSession, desk: Desk, reference: str, identity: UUID) -> ReceiptDetail:
    """Show what stands on a receipt; numbers and addresses masked."""
    dossier = await dossiers.get(session, desk, reference)
    return _detail(desk, await _get(session, dossier, identity))


def view(receipt: Receipt) -> ReceiptView:
    """A receipt without its payer."""
    return ReceiptView.model_validate(
        {name: getattr(receipt, name) for name in ReceiptView.model_fields}
        | {"number": f"{receipt.number:07d}"}
    )


async def _write(
    session: AsyncSession,
    desk: Desk,
    payment: Payment,
    *,
    unit: str,
    kind: LineKind,
    amount: int,
    content: ReceiptContent,
) -> Receipt:
    settings = desk.settings.payments
    year = business_date(desk.now).year
    letters = settings.fee_series if kind is LineKind.FEE else settings.charge_series
    series = f"{letters}-{year % 100:02d}E"
    identity = UUID(bytes=uuid7s.uuid7().bytes)
    receipt = Receipt(
        id=identity,
        unit=unit,
        kind=str(kind),
        series=series,
        year=year,
        number=await _next(session, unit, kind, series, year),
        form=settings.receipt_form,
        dossier_id=payment.dossier_id,
        demand=payment.demand,
        payment=payment.number,
        amount=amount,
        content=desk.vault.encrypt(content.model_dump_json().encode(), of=_bound(identity)),
        key_id=desk.vault.current,
        issued_by=desk.actor,
        issued_at=desk.now,
    )
    session.add(receipt)
    return receipt


async def _next(session: AsyncSession, unit: str, kind: str, series: str, year: int) -> int:
    """Take the next number; a rolled back transaction gives it back, so none is left out."""
    first = insert(ReceiptSequence).values(
        unit=unit, kind=str(kind), series=series, year=year, last=1
    )
    taken = first.on_conflict_do_update(
        index_elements=["unit", "kind", "series", "year"], set_={"last": ReceiptSequence.last + 1}
    ).returning(ReceiptSequence.last)
    return (await session.execute(taken)).scalar_one()


async def _content(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    payment: Payment,
    *,
    unit: str,
    items: Sequence[Owed],
) -> ReceiptContent:
    catalogue, connection = await desk.catalogue(session)
    versions = await catalogue.versions(connection, dossier.procedure)
    names = [v.told.name for v in versions if v.told.version == dossier.procedure_version]
    payer, data = await payer_of(session, desk, dossier)
    return ReceiptContent(
        unit_name=agency_name(catalogue, unit, business_date(desk.now)),
        dossier=dossier.code,
        procedure_name=names[0] if names else dossier.procedure,
        payer_name=payer.name,
        payer_kind=payer.kind,
        payer_identity=data.get("identity_number"),
        payer_address=data.get("address"),
        payer_email=data.get("email"),
        payer_phone=data.get("phone"),
        items=[ReceiptItem(name=item.name, amount=item.amount) for item in items],
        amount_in_words=in_words(sum(item.amount for item in items)),
        means=payment.means,
    )


async def payer_of(
    session: AsyncSession, desk: Desk, dossier: Dossier
) -> tuple[Party, dict[str, str]]:
    """Who pays, the submitter before the owner, with their data in clear."""
    parties = await session.scalars(select(Party).where(Party.dossier_id == dossier.id))
    people = {party.role: party for party in parties}
    payer = people.get(PartyRole.SUBMITTER) or people[PartyRole.OWNER]
    bound = sealed_for(dossier.id, payer.role)
    return payer, desk.vault.open(payer.sealed, key_id=payer.key_id, of=bound)


async def _get(session: AsyncSession, dossier: Dossier, identity: UUID) -> Receipt:
    receipt = await session.get(Receipt, identity)
    if receipt is None or receipt.dossier_id != dossier.id:
        raise NotFound("Hồ sơ không có biên lai này.", code="receipt_unknown")
    return receipt


def _opened(desk: Desk, receipt: Receipt) -> ReceiptContent:
    plain = desk.vault.decrypt(receipt.content, key_id=receipt.key_id, of=_bound(receipt.id))
    return ReceiptContent.model_validate_json(plain)


def _detail(desk: Desk, receipt: Receipt) -> ReceiptDetail:
    content = _opened(desk, receipt)
    shown = personal_data.masked(
        {
            "identity_number": content.payer_identity or "",
            "phone": content.payer_phone or "",
            "email": content.payer_email or "",
            "address": content.payer_address or "",
        }
    )
    masked = {
        "payer_identity": shown["identity_number"],
        "payer_phone": shown["phone"],
        "payer_email": shown["email"],
        "payer_address": shown["address"],
    }
    return ReceiptDetail(**view(receipt).model_dump(), content=content.model_copy(update=masked))


def _bound(identity: UUID) -> str:
    return f"receipt/{identity}"
