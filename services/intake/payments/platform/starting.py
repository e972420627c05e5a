"""Begins a payment on the platform: a reference of ours first, then a page of theirs."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.models import (
    Dossier,
    PaymentDemand,
    PaymentLine,
    PlatformPayment,
    PlatformState,
)
from services.intake.payments import demands, receipts
from services.intake.payments.platform import messages, tries
from services.intake.payments.platform.transport import Reply, open_transport
from services.intake.printed.units import agency_name
from services.intake.schemas.platform import BillView, PlatformPaymentIn, PlatformPaymentView
from services.intake.settings import PaymentSettings
from shared.errors import Conflict, Unavailable
from shared.idempotency import Once
from shared.working_time import business_date

ABOUT_MAX: Final = 100
LINK_MAX: Final = 2000
KINDS: Final = {"fee": "1", "charge": "2"}
"""LoaiPhiLePhi: phí is 1, lệ phí 2; other obligations have none."""

UNANSWERED: Final = timedelta(seconds=60)
"""Longer than a call may take: a try without a page by then has died with its process."""


async def start(
    desk: Desk, reference: str, asked: PlatformPaymentIn, once: Once
) -> PlatformPaymentView:
    """Give the page on which a demand can be paid; asked for again, the same page.

    The call to the platform holds no lock: a try without a page is there before it is made.
    """
    settings = _configured(desk)
    begun: list[messages.Message] = []

    async def begin(session: AsyncSession) -> PlatformPaymentView:
        one, message = await _begin(session, desk, reference, asked)
        begun.extend(filter(None, [message]))
        return _view(one)

    async with desk.database.transaction() as session:
        answer = await once(session, lambda: begin(session))
    name = str(orjson.loads(answer.body)["reference"])
    if begun:
        async with open_transport(settings) as transport:
            reply = await transport.send(begun[0])
        await _take(desk, name, reply)
    async with desk.database.sessions() as session:
        return _view(await session.get_one(PlatformPayment, name))


async def bill(desk: Desk, reference: str, name: str) -> BillView:
    """Tell where the platform keeps its bill of a payment; raises Conflict before it is paid."""
    async with desk.database.sessions() as session:
        dossier = await dossiers.get(session, desk, reference)
        one = await session.get(PlatformPayment, name)
    settings = _configured(desk)
    if one is None or one.dossier_id != dossier.id or one.settled_at is None:
        raise Conflict("Giao dịch này chưa thanh toán.", code="not_paid")
    message = messages.question(settings, kind="GET_BILL", reference=name, at=desk.now)
    async with open_transport(settings) as transport:
        reply = await transport.send(message)
    link = _link(reply, "UrlBienLai")
    if link is None:
        raise Unavailable("Nền tảng thanh toán chưa trả biên lai.", code="platform_away")
    return BillView.model_validate({"reference": name, "url": link})


async def _begin(
    session: AsyncSession, desk: Desk, reference: str, asked: PlatformPaymentIn
) -> tuple[PlatformPayment, messages.Message | None]:
    dossier = await dossiers.locked(session, desk, reference)
    if asked.demand is None:
        owed = await demands.waited_for(session, dossier)
    else:
        owed = await demands.get(session, dossier, asked.demand)
    if owed is None or not demands.is_open(owed):
        raise Conflict("Không có khoản nào còn phải nộp.", code="demand_closed")
    before = await tries.pending(session, owed)
    if before is not None and (before.link or before.opened_at > desk.now - UNANSWERED):
        return before, None
    if before is not None:
        tries.fail(desk, before, "no_answer")
        await session.flush()
    one = PlatformPayment(
        reference=secrets.token_hex(12).upper(),
        dossier_id=dossier.id,
        demand=owed.number,
        amount=owed.amount - owed.paid,
        currency=owed.currency,
        state=PlatformState.PENDING,
        opened_at=desk.now,
        next_query=desk.now + timedelta(minutes=desk.settings.payments.query_after_minutes),
    )
    session.add(one)
    return one, messages.init(
        desk.settings.payments,
        reference=one.reference,
        amount=one.amount,
        currency=one.currency,
        about=f"Thanh toan ho so {dossier.code}"[:ABOUT_MAX],
        ip=str(asked.payer_address),
        at=desk.now,
        bill=await _bill(session, desk, dossier, owed),
    )


async def _bill(
    session: AsyncSession, desk: Desk, dossier: Dossier, owed: PaymentDemand
) -> Mapping[str, Any]:
    """ThongTinBienLai; it names the payer, so it is sent and never kept."""
    settings = desk.settings.payments
    catalogue, connection = await desk.catalogue(session)
    versions = await catalogue.versions(connection, dossier.procedure)
    names = [v.told.name for v in versions if v.told.version == dossier.procedure_version]
    title = names[0] if names else dossier.procedure
    lines = (
        await session.scalars(
            select(PaymentLine)
            .where(PaymentLine.dossier_id == dossier.id, PaymentLine.demand == owed.number)
            .order_by(PaymentLine.number)
        )
    ).all()
    unit = dossier.receiving_agency
    return {
        "MaDichVu": "2",
        "MaDVC": f"{dossier.procedure}.01",
        "TenDVC": title,
        "MaTTHC": dossier.procedure,
        "TenTTHC": title,
        "MaDonVi": unit,
        "TenDonVi": agency_name(catalogue, unit, business_date(desk.now)),
        "MaHoSo": dossier.code,
        "TKThuHuong": settings.account,
        "MaNHThuHuong": settings.account_bank,
        "TenTKThuHuong": settings.account_name,
        "NoiDungThanhToan": owed.reason,
        **await _payer(session, desk, dossier),
        "PhiLePhi": [_line(dossier, line) for line in lines],
        "DSKhoanNop": [
            {"NoiDung": line.name, "SoTien": str(line.amount - line.exempted)} for line in lines
        ],
    }


async def _payer(session: AsyncSession, desk: Desk, dossier: Dossier) -> Mapping[str, str]:
    payer, data = await receipts.payer_of(session, desk, dossier)
    return {
        "HoTenNguoiNop": payer.name,
        "SoCMNDNguoiNop": data.get("identity_number", ""),
        "DiaChiNguoiNop": data.get("address", ""),
        "HuyenNguoiNop": "",
        "TinhNguoiNop": "",
    }


def _line(dossier: Dossier, line: PaymentLine) -> dict[str, str]:
    return {
        "LoaiPhiLePhi": KINDS.get(line.kind, ""),
        "MaPhiLePhi": f"{dossier.code}-{line.demand}-{line.number}",
        "TenPhiLePhi": line.name,
        "SoTien": str(line.amount - line.exempted),
    }


async def _take(desk: Desk, name: str, reply: Reply) -> None:
    link = _link(reply, "UrlThanhToan")
    speaking = tries.speaking_for(desk.resources, desk.database, desk.now)
    async with desk.database.transaction() as session:
        found = await tries.locked(session, speaking, name)
        if found is None:
            return
        if link is None:
            tries.fail(desk, found[1], reply.code)
        else:
            found[1].link = link


def _link(reply: Reply, member: str) -> str | None:
    """Take only a web address that a browser may be sent to."""
    told = reply.document.get(member) if reply.done else None
    if not isinstance(told, str) or len(told) > LINK_MAX:
        return None
    try:
        parts = urlsplit(told)
    except ValueError:
        return None
    return told if parts.scheme in {"http", "https"} and parts.hostname else None


def _configured(desk: Desk) -> PaymentSettings:
    if not desk.settings.payments.configured:
        raise Conflict("Chưa nối nền tảng thanh toán.", code="platform_not_configured")
    return desk.settings.payments


def _view(one: PlatformPayment) -> PlatformPaymentView:
    return PlatformPaymentView.model_validate(one, from_attributes=True)
