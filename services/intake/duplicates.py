"""The same owner with the same procedure twice within days: a warning, never a merge."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Status
from services.intake.models import Dossier, Party, PartyRole
from services.intake.schemas.duplicates import DuplicatesIn, DuplicatesView, DuplicateView
from services.intake.views import status_view

FOUND_MAX = 50
GIVEN_UP = (int(Status.REFUSED_AT_INTAKE), int(Status.WITHDRAWN))
"""Whoever was refused or took a dossier back may file it again."""


async def of_dossier(session: AsyncSession, desk: Desk, reference: str) -> DuplicatesView:
    """Find what the owner filed for the same procedure around the same days."""
    dossier = await dossiers.get(session, desk, reference)
    owner = select(Party.identity_hash).where(
        Party.dossier_id == dossier.id, Party.role == str(PartyRole.OWNER)
    )
    same = Party.identity_hash == owner.scalar_subquery()
    return await _found(
        session, desk, dossier.procedure, dossier.filed_at, [same, Dossier.id != dossier.id]
    )


async def before_filing(session: AsyncSession, desk: Desk, asked: DuplicatesIn) -> DuplicatesView:
    """Find what somebody filed lately, before the counter files it again."""
    same = Party.identity_hash == desk.vault.hash(asked.identity_number)
    return await _found(session, desk, asked.procedure, desk.now, [same])


async def _found(
    session: AsyncSession,
    desk: Desk,
    procedure: str,
    around: datetime,
    conditions: list[ColumnElement[bool]],
) -> DuplicatesView:
    near = timedelta(days=desk.settings.duplicate_days)
    shown = access.visible(desk.principal, desk.vault)
    rows = await session.execute(
        select(Dossier, shown)
        .join(Party, Party.dossier_id == Dossier.id)
        .where(
            *conditions,
            Party.role == str(PartyRole.OWNER),
            Dossier.procedure == procedure,
            Dossier.filed_at.between(around - near, around + near),
            Dossier.status_code.not_in(GIVEN_UP),
        )
        .order_by(Dossier.filed_at.desc(), Dossier.id.desc())
        .limit(FOUND_MAX)
    )
    found = rows.all()
    items = [_view(dossier) for dossier, visible in found if visible]
    return DuplicatesView(
        days=desk.settings.duplicate_days, items=items, elsewhere=len(found) - len(items)
    )


def _view(dossier: Dossier) -> DuplicateView:
    return DuplicateView(
        code=dossier.code,
        status=status_view(dossier.status),
        receiving_agency=dossier.receiving_agency,
        competent_agency=dossier.competent_agency,
        filed_at=dossier.filed_at,
    )
