"""Sending a dossier to the competent agency, and receiving it there."""

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import acceptance, boundaries, dossiers
from services.intake.copies import Catalogue
from services.intake.desk import Desk
from services.intake.filing_rules import wrong
from services.intake.lifecycle import Action, Status
from services.intake.models import Assignment, Dossier, Party, Transfer, TransferKind
from services.intake.schemas.transfers import TransferIn, TransferReceipt
from services.intake.schemas.views import DossierView
from services.intake.transfers.forwarding import forward_by
from services.intake.views import dossier_view
from shared.errors import Conflict, Forbidden, NotFound
from shared.events import DossierTransferReceived, DossierTransferred
from shared.working_time import WorkingTime, business_date


async def send(session: AsyncSession, desk: Desk, reference: str, asked: TransferIn) -> DossierView:
    """Make another agency competent; nobody works on the dossier until that agency has it."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.TRANSFER)
    giver = _giver(dossier, asked)
    _check_scope(desk, giver)
    catalogue, connection = await desk.catalogue(session)
    _check_target(catalogue, asked, giver, business_date(desk.now))
    if asked.kind is TransferKind.BOUNDARY_FREE:
        if dossier.accepted_at is not None:
            raise Conflict(
                "Hồ sơ đã được tiếp nhận; chỉ còn chuyển vì thẩm quyền (kind: competence).",
                code="already_accepted",
            )
        procedure = await acceptance.in_force(catalogue, connection, dossier)
        boundaries.check_boundary(procedure, dossier.receiving_agency, asked.to_agency)
    row = await _row(session, desk, dossier, asked, catalogue.calendar_of(giver))
    dossier.competent_agency, dossier.in_transit = asked.to_agency, True
    dossier.holding_unit = dossier.holding_officer = None
    await _hand_over(session, dossier, row)
    await _tell_sent(session, desk, dossier, row, after)
    return dossier_view(dossier)


async def receive(
    session: AsyncSession, desk: Desk, reference: str, number: int, asked: TransferReceipt
) -> DossierView:
    """Take a transferred dossier in; a boundary-free one's limit runs from here (17(3))."""
    dossier = await dossiers.locked(session, desk, reference)
    row = await session.get(Transfer, (dossier.id, number))
    if row is None:
        raise NotFound("Hồ sơ không có lần chuyển này.", code="transfer_unknown")
    after = dossiers.decide(dossier, Action.RECEIVE_TRANSFER)
    if row.received_at is not None:
        raise Conflict("Lần chuyển này đã được nhận.", code="transfer_received")
    _check_scope(desk, row.to_agency)
    row.received_at, row.received_by = desk.now, desk.principal.subject
    dossier.in_transit = False
    # Who receives the dossier confirms with it what is open.
    await session.execute(
        update(Assignment)
        .where(Assignment.dossier_id == dossier.id, Assignment.agency == row.to_agency)
        .values(confirmed_at=desk.now)
    )
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.RECEIVE_TRANSFER,
        after=after,
        event=DossierTransferReceived(number=number, agency=row.to_agency, received_at=desk.now),
        details={"number": number},
    )
    # The limit runs from a full and proper receipt; what lacks papers is supplemented first.
    if row.kind == TransferKind.BOUNDARY_FREE and asked.complete:
        return await acceptance.accept_locked(session, desk, dossier, asked)
    return dossier_view(dossier)


async def _row(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    asked: TransferIn,
    working_time: WorkingTime,
) -> Transfer:
    numbers = select(func.max(Transfer.number)).where(Transfer.dossier_id == dossier.id)
    # What changes hands after acceptance was not received for somebody else.
    since = dossier.filed_at if dossier.accepted_at is None else desk.now
    rule = desk.settings.forwarding.rule
    row = Transfer(
        dossier_id=dossier.id,
        number=(await session.scalar(numbers) or 0) + 1,
        kind=str(asked.kind),
        from_agency=_giver(dossier, asked),
        to_agency=asked.to_agency,
        ground=asked.ground,
        before_acceptance=dossier.accepted_at is None,
        on_paper=asked.on_paper,
        transferred_by=desk.principal.subject,
        transferred_at=desk.now,
        forward_by=forward_by(working_time, since, rule, on_paper=asked.on_paper),
    )
    session.add(row)
    return row


async def _hand_over(session: AsyncSession, dossier: Dossier, row: Transfer) -> None:
    """Let people be found at the new agency, and its officers take over what is open."""
    await session.execute(
        update(Party).where(Party.dossier_id == dossier.id).values(agency=row.to_agency)
    )
    await session.execute(
        update(Assignment)
        .where(Assignment.dossier_id == dossier.id, Assignment.agency == row.from_agency)
        .values(
            agency=row.to_agency,
            unit=None,
            officer=None,
            given_at=row.transferred_at,
            confirmed_at=None,
        )
    )


async def _tell_sent(
    session: AsyncSession, desk: Desk, dossier: Dossier, row: Transfer, after: Status
) -> None:
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.TRANSFER,
        after=after,
        event=DossierTransferred(
            from_agency=row.from_agency,
            to_agency=row.to_agency,
            transferred_at=desk.now,
            before_acceptance=row.before_acceptance,
        ),
        ground=row.ground,
        details={"number": row.number, "kind": row.kind, "to_agency": row.to_agency},
    )


def _giver(dossier: Dossier, asked: TransferIn) -> str:
    if asked.kind is TransferKind.BOUNDARY_FREE:
        return dossier.receiving_agency
    return dossier.competent_agency


def _check_scope(desk: Desk, agency: str) -> None:
    if not desk.principal.covers(agency):
        raise Forbidden(
            f"Cơ quan {agency} không thuộc phạm vi của bạn.", code="agency_out_of_scope"
        )


def _check_target(catalogue: Catalogue, asked: TransferIn, giver: str, on: date) -> None:
    if asked.to_agency == giver:
        raise wrong("to_agency", "transfer_to_itself", "Hồ sơ đang ở chính cơ quan này.")
    if catalogue.agency(asked.to_agency, on) is None:
        raise wrong(
            "to_agency", "agency_not_in_force", f"Cơ quan {asked.to_agency} không hoạt động."
        )
