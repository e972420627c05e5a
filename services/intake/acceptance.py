"""Accepting a dossier, with the date it is promised for, or refusing it at the counter."""

from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.copies import Catalogue
from services.intake.desk import Desk
from services.intake.lifecycle import Action
from services.intake.models import Dossier
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


async def accept(
    session: AsyncSession, desk: Desk, reference: str, asked: Acceptance
) -> DossierView:
    """Promise a date by the version in force when the dossier was filed (D118/2025 17(3))."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.ACCEPT)
    catalogue, connection = await desk.catalogue(session)
    procedure = await _in_force(catalogue, connection, dossier)
    working_time = catalogue.calendar_of(dossier.receiving_agency)
    _pin(dossier, procedure, asked)
    _promise(dossier, desk, working_time)
    level = _level(catalogue, dossier, desk)
    dossier.agency_level, dossier.no_slip = str(level), asked.no_slip
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.ACCEPT,
        after=after,
        event=_accepted(dossier, level),
        details={"limit_row": dossier.limit_row, "no_slip": asked.no_slip},
    )
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
    return dossier_view(dossier)


async def _in_force(
    catalogue: Catalogue, connection: asyncpg.Connection, dossier: Dossier
) -> ProcedurePublished:
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
        if name not in {"case", "limit", "agency_level", "channel", "way_of_return"}
    }
    return DossierAccepted(
        **told,
        case=dossier.case_id,
        limit=limit_of(dossier),
        agency_level=level,
        channel=Channel(dossier.channel),
        way_of_return=WayOfReturn(dossier.way_of_return),
    )
