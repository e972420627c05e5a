"""Accepting a dossier, with the date it is promised for, or refusing it at the counter."""

from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import appointments, boundaries, dossiers, refilings
from services.intake.copies import Catalogue
from services.intake.desk import Desk
from services.intake.lifecycle import Action
from services.intake.models import Dossier, Transfer
from services.intake.printed import issuing
from services.intake.processing import following
from services.intake.promise import Terms, choose_case, choose_row, offered_rows, promise
from services.intake.schemas.actions import Acceptance, IntakeRefusal
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view, limit_of
from shared.errors import Conflict
from shared.events import (
    AgencyLevel,
    Channel,
    DossierAccepted,
    DossierIntakeRefused,
    ProcedurePublished,
    WayOfReturn,
)
from shared.working_time import WorkingTime, business_date

REFERENCES = ("process", "parent", "refiled_after")
"""What its fact names by id, as text."""


async def accept(
    session: AsyncSession, desk: Desk, reference: str, asked: Acceptance
) -> DossierView:
    """Promise a date by the version in force when the dossier was filed (D118/2025 17(3))."""
    earlier = refilings.with_earlier(desk.settings.duplicate_days)
    dossier = await dossiers.locked(session, desk, reference, earlier)
    dossiers.decide(dossier, Action.ACCEPT)
    await _check_place(session, desk, dossier)
    return await accept_locked(session, desk, dossier, asked)


async def accept_locked(
    session: AsyncSession, desk: Desk, dossier: Dossier, asked: Acceptance
) -> DossierView:
    """Accept a dossier that is where it may be accepted."""
    after = dossiers.decide(dossier, Action.ACCEPT)
    catalogue, connection = await desk.catalogue(session)
    procedure = await in_force(catalogue, connection, dossier)
    working_time = catalogue.calendar_of(dossier.receiving_agency)
    _pin(dossier, procedure, asked)
    appointments.begin(session, desk, dossier)
    _promise(dossier, desk, working_time)
    level = _level(catalogue, dossier, desk)
    dossier.agency_level, dossier.no_slip = str(level), asked.no_slip
    await following.pin(session, desk, dossier, level)
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.ACCEPT,
        after=after,
        event=_accepted(dossier, level),
        details={"limit_row": dossier.limit_row, "no_slip": asked.no_slip},
    )
    await following.begin(session, desk, dossier)
    # The person holds one receipt for all of a linked life: its parent's.
    if not asked.no_slip and dossier.parent is None:
        await issuing.receipt(session, desk, dossier)
    return dossier_view(dossier)


async def refuse_intake(
    session: AsyncSession, desk: Desk, reference: str, asked: IntakeRefusal
) -> DossierView:
    """Refuse to receive a dossier, with the reason its form 03 states."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.REFUSE_INTAKE)
    dossier.ended_at = desk.now
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.REFUSE_INTAKE,
        after=after,
        event=DossierIntakeRefused(refused_at=desk.now, ground=asked.ground),
        ground=asked.ground,
    )
    await issuing.refusal(session, desk, dossier, asked.ground)
    return dossier_view(dossier)


async def _check_place(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Refuse to accept for an agency that this one neither serves nor acts for."""
    receiving, competent = dossier.receiving_agency, dossier.competent_agency
    if receiving == competent:
        return
    catalogue, _ = await desk.catalogue(session)
    filed_on = business_date(dossier.filed_at)
    boundaries.check_acting(catalogue, receiving, competent, filed_on)
    here, there = (catalogue.agency(code, filed_on) for code in (receiving, competent))
    if here is None or there is None or not boundaries.is_elsewhere(here, there):
        return
    came = exists().where(Transfer.dossier_id == dossier.id, Transfer.to_agency == competent)
    if not await session.scalar(select(came)):
        raise Conflict(
            f"Hồ sơ thuộc thẩm quyền của {competent}: hãy chuyển đến đó; thời hạn tính từ khi"
            " cơ quan ấy nhận.",
            code="competent_agency_receives",
        )


async def in_force(
    catalogue: Catalogue, connection: asyncpg.Connection, dossier: Dossier
) -> ProcedurePublished:
    """Get the version in force on the day of filing; raises Conflict where there is none."""
    # Papers and form were prepared by what was published then; a change since does not reach them.
    filed_on = business_date(dossier.filed_at)
    procedure = await catalogue.procedure_on(connection, dossier.procedure, filed_on)
    if procedure is None:
        raise Conflict(
            f"Thủ tục {dossier.procedure} không có hiệu lực ngày {filed_on:%d/%m/%Y};"
            " không thể tiếp nhận.",
            code="procedure_not_in_force",
        )
    return procedure


def _pin(dossier: Dossier, procedure: ProcedurePublished, asked: Acceptance) -> None:
    case = choose_case(procedure, asked.case or dossier.case_id)
    rows = offered_rows(procedure, Channel(dossier.channel), case.id)
    row = choose_row(rows, asked.limit_row, same_day=procedure.same_day)
    dossier.procedure_version, dossier.field = procedure.version, procedure.field
    dossier.case_id, dossier.limit_row = case.id, row.id
    dossier.same_day = procedure.same_day
    if row.limit is not None:
        dossier.limit_value, dossier.limit_unit = row.limit.value, str(row.limit.unit)


def _promise(dossier: Dossier, desk: Desk, working_time: WorkingTime) -> None:
    made = promise(
        working_time,
        _terms(dossier),
        filed_at=dossier.filed_at,
        accepted_at=desk.now,
        channel=Channel(dossier.channel),
    )
    dossier.accepted_at = desk.now
    dossier.counts_from, dossier.due_at = made.counts_from, made.due_at
    dossier.calendar = working_time.calendar.code
    dossier.calendar_version = working_time.calendar.version


def _terms(dossier: Dossier) -> Terms:
    return Terms(limit_of(dossier), dossier.same_day)


def _level(catalogue: Catalogue, dossier: Dossier, desk: Desk) -> AgencyLevel:
    agency = catalogue.agency(dossier.competent_agency, business_date(desk.now))
    if agency is None:
        raise Conflict(
            f"Cơ quan {dossier.competent_agency} không còn hoạt động; hãy chuyển hồ sơ.",
            code="agency_not_in_force",
            successors=list(catalogue.successors(dossier.competent_agency)),
        )
    return agency.level


def _accepted(dossier: Dossier, level: AgencyLevel) -> DossierAccepted:
    told: dict[str, Any] = {
        name: getattr(dossier, name)
        for name in DossierAccepted.model_fields
        if name not in {"case", "limit", "agency_level", "channel", "way_of_return", *REFERENCES}
    }
    return DossierAccepted(
        **told,
        case=dossier.case_id,
        limit=limit_of(dossier),
        agency_level=level,
        channel=Channel(dossier.channel),
        way_of_return=WayOfReturn(dossier.way_of_return),
        process=_named(dossier.process),
        parent=_named(dossier.parent),
        refiled_after=_named(dossier.refiled_after),
    )


def _named(reference: UUID | None) -> str | None:
    return None if reference is None else str(reference)
