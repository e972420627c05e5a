"""Files and accepts the dossier of one part, on behalf of the officer who linked."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import uuid_utils.compat as uuid7s
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import acceptance, codes, dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Status
from services.intake.models import CodeSequence, Dossier, LinkedPart, Party, Transition
from services.intake.processing import assignments
from services.intake.promise import choose_case, offered_rows
from services.intake.schemas.actions import Acceptance
from services.intake.views import FILE, sealed_for
from shared import outbox
from shared.errors import Conflict
from shared.events import Channel, DossierFiled, ProcedurePublished, WayOfReturn
from shared.identity import EVERYWHERE, Principal, Role
from shared.working_time import business_date


def acting(desk: Desk, officer: str) -> Desk:
    """The one-stop's desk for what follows by itself: other agencies' results lead to it."""
    principal = Principal(officer, frozenset({Role.COUNTER, Role.LEADER}), (EVERYWHERE,))
    return replace(desk, principal=principal, if_match="*")


async def start(
    session: AsyncSession, desk: Desk, parent: Dossier, part: LinkedPart, *, by: str
) -> Dossier:
    """Give a part its dossier: own code, agency, version, limit and promise; raises Problem."""
    desk = acting(desk, by)
    catalogue, connection = await desk.catalogue(session)
    on = business_date(desk.now)
    procedure = await catalogue.procedure_on(connection, part.procedure, on)
    if procedure is None:
        raise Conflict(
            f"Thủ tục {part.procedure} không có hiệu lực ngày {on:%d/%m/%Y}.",
            code="procedure_not_in_force",
        )
    child = await _row(session, desk, parent, part, procedure)
    await _people(session, desk, parent, child)
    await _told(session, desk, child)
    await assignments.involve(session, child, parent.competent_agency)
    # The one-stop accepts for every agency of the group; nothing is handed to their counters.
    await acceptance.accept_locked(
        session, desk, child, Acceptance(case=part.case_id, limit_row=part.limit_row)
    )
    part.dossier_id, part.held_up = child.id, None
    return child


async def _row(
    session: AsyncSession,
    desk: Desk,
    parent: Dossier,
    part: LinkedPart,
    procedure: ProcedurePublished,
) -> Dossier:
    case = choose_case(procedure, part.case_id)
    offered_rows(procedure, Channel(parent.channel), case.id)
    child = Dossier(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        code=await _next_code(session, parent.receiving_agency, business_date(desk.now)),
        sequence=0,
        status_code=int(Status.FILED),
        procedure=procedure.code,
        procedure_version=procedure.version,
        field=procedure.field,
        case_id=case.id,
        channel=parent.channel,
        way_of_return=parent.way_of_return,
        receiving_agency=parent.receiving_agency,
        competent_agency=part.agency,
        support_agency=parent.support_agency,
        filed_at=desk.now,
        parent=parent.id,
    )
    session.add(child)
    await session.flush()
    return child


async def _next_code(session: AsyncSession, agency: str, on: date) -> str:
    """Take the next order of the day (domain §2.2): the dossiers of all parts count with others."""
    taken = (
        insert(CodeSequence)
        .values(agency=agency, day=on, last=1)
        .on_conflict_do_update(
            index_elements=["agency", "day"], set_={"last": CodeSequence.last + 1}
        )
        .returning(CodeSequence.last)
    )
    order: int = (await session.execute(taken)).scalar_one()
    return codes.prefix(agency, on) + str(order).zfill(codes.DIGITS_MIN)


async def _people(session: AsyncSession, desk: Desk, parent: Dossier, child: Dossier) -> None:
    """The same people; what is sealed is bound to its row and sealed anew."""
    for known in await session.scalars(select(Party).where(Party.dossier_id == parent.id)):
        data = desk.vault.open(
            known.sealed, key_id=known.key_id, of=sealed_for(parent.id, known.role)
        )
        session.add(
            Party(
                dossier_id=child.id,
                role=known.role,
                kind=known.kind,
                name=known.name,
                name_key=known.name_key,
                keys=known.keys,
                agency=child.competent_agency,
                filed_at=child.filed_at,
                sealed=desk.vault.seal(data, of=sealed_for(child.id, known.role)),
                key_id=desk.vault.current,
                identity_hash=known.identity_hash,
                phone_hash=known.phone_hash,
            )
        )


async def _told(session: AsyncSession, desk: Desk, child: Dossier) -> None:
    await outbox.record(
        session,
        dossiers.SOURCE,
        child,
        DossierFiled(
            code=child.code,
            procedure=child.procedure,
            procedure_version=child.procedure_version,
            field=child.field,
            case=child.case_id,
            channel=Channel(child.channel),
            way_of_return=WayOfReturn(child.way_of_return),
            support_agency=child.support_agency,
            receiving_agency=child.receiving_agency,
            competent_agency=child.competent_agency,
            filed_at=child.filed_at,
        ),
    )
    session.add(
        Transition(
            dossier_id=child.id,
            entry=0,
            number=child.sequence,
            action=FILE,
            status_after=int(Status.FILED),
            actor=desk.principal.subject,
            happened_at=desk.now,
        )
    )
