"""Tells how far a dossier is, to who proves that they may know; nothing personal is told."""

from datetime import datetime
from uuid import UUID

import asyncpg
from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.copies import Catalogue
from services.intake.desk import Resources
from services.intake.lifecycle import Status
from services.intake.models import Dossier, PartyRole, Pause, Step, SupplementItem
from services.intake.printed.units import agency_address, agency_name
from services.intake.schemas.tracking import (
    Named,
    Progress,
    TrackedResult,
    TrackedStep,
    TrackedWait,
    TrackingIn,
)
from services.intake.tracking.checks import proves, receipt_token
from services.intake.tracking.limits import Tries
from services.intake.views import sealed_for, status_view
from shared.database import Database, driver_of
from shared.errors import NotFound
from shared.events import ProcedurePublished, WayOfReturn
from shared.personal_data import Vault
from shared.working_time import business_date

TRIES = Counter("motcua_tracking", "Public trackings, by how they ended.", ["outcome"])

_PEOPLE = """
    select d.id, p.role, p.sealed, p.key_id from dossier d join party p on p.dossier_id = d.id
    where d.code = $1 and p.role in ('owner', 'submitter')
"""
_NOBODY = UUID(int=0)


async def track(
    database: Database, resources: Resources, asked: TrackingIn, now: datetime
) -> Progress:
    """Tell the progress; an unknown code and a wrong check are one and the same NotFound."""
    async with database.statements() as connection:
        tries = Tries.of(connection, resources.vault, resources.settings, asked.code, now)
        await tries.begin()
        found = await _proven(connection, resources.vault, asked)
        if found is None:
            await tries.was_wrong()
            TRIES.labels("wrong").inc()
            raise NotFound(
                "Không có hồ sơ nào khớp với mã hồ sơ và thông tin đối chiếu này.",
                code="not_found",
            )
        await tries.was_right()
    TRIES.labels("told").inc()
    async with database.sessions() as session:
        return await _progress(session, resources, found, now)


async def _proven(connection: asyncpg.Connection, vault: Vault, asked: TrackingIn) -> UUID | None:
    """Find the dossier that the check proves; an unknown code costs the same work."""
    rows = await connection.fetch(_PEOPLE, asked.code)
    people = {row["role"]: row for row in rows}
    numbers: list[str] = []
    for role in (PartyRole.OWNER, PartyRole.SUBMITTER):
        data = _numbers(vault, people.get(role), role)
        numbers += [data.get("identity_number", ""), data.get("phone", "")]
    proven = proves(asked.check, token=receipt_token(vault, asked.code), numbers=numbers)
    return rows[0]["id"] if rows and proven else None


def _numbers(vault: Vault, row: asyncpg.Record | None, role: str) -> dict[str, str]:
    if row is None or row["sealed"] is None:
        # Nobody there: something is opened all the same, and thrown away.
        decoy = sealed_for(_NOBODY, role)
        vault.open(vault.seal({"phone": "0" * 10}, of=decoy), key_id=vault.current, of=decoy)
        return {}
    return vault.open(row["sealed"], key_id=row["key_id"], of=sealed_for(row["id"], role))


async def _progress(
    session: AsyncSession, resources: Resources, dossier_id: UUID, now: datetime
) -> Progress:
    dossier = await session.get_one(Dossier, dossier_id)
    connection = await driver_of(await session.connection())
    catalogue = await resources.copies.current(connection)
    procedure = await catalogue.pinned(connection, dossier.procedure, dossier.procedure_version)
    waiting = dossier.paused_at is not None
    return Progress(
        code=dossier.code,
        status=status_view(dossier.status),
        procedure=Named(code=procedure.code, name=procedure.name),
        receiving_agency=_agency(catalogue, dossier.receiving_agency, now),
        competent_agency=_agency(catalogue, dossier.competent_agency, now),
        filed_at=dossier.filed_at,
        accepted_at=dossier.accepted_at,
        due_at=None if waiting else dossier.due_at,
        ended_at=dossier.ended_at,
        steps=await _steps(session, dossier),
        waiting=await _wait(session, dossier, procedure),
        result=_result(catalogue, dossier, now),
    )


async def _steps(session: AsyncSession, dossier: Dossier) -> list[TrackedStep]:
    rows = await session.scalars(
        select(Step).where(Step.dossier_id == dossier.id).order_by(Step.number)
    )
    return [
        TrackedStep(
            number=step.number, name=step.name, unit=step.unit, completed_at=step.completed_at
        )
        for step in rows
    ]


async def _wait(
    session: AsyncSession, dossier: Dossier, procedure: ProcedurePublished
) -> TrackedWait | None:
    if dossier.paused_for is None or dossier.paused_at is None:
        return None
    papers: list[str] = []
    if dossier.paused_for == Pause.SUPPLEMENT:
        names = {part.id: part.name for case in procedure.cases for part in case.components}
        asked = await session.scalars(
            select(SupplementItem.component)
            .where(
                SupplementItem.dossier_id == dossier.id,
                SupplementItem.number == dossier.supplement_requests,
            )
            .order_by(SupplementItem.component)
        )
        papers = [names.get(component, component) for component in asked]
    return TrackedWait(
        reason=dossier.paused_for,
        since=dossier.paused_at,
        papers=papers,
        payment_due=dossier.paused_for == Pause.PAYMENT,
    )


def _result(catalogue: Catalogue, dossier: Dossier, now: datetime) -> TrackedResult | None:
    if dossier.resolved_at is None or dossier.status not in {Status.RESOLVED, Status.RETURNED}:
        return None
    return TrackedResult(
        ready_at=dossier.resolved_at,
        way_of_return=WayOfReturn(dossier.way_of_return),
        at=_agency(catalogue, dossier.receiving_agency, now),
        address=agency_address(catalogue, dossier.receiving_agency, business_date(now)),
        returned_at=dossier.returned_at,
    )


def _agency(catalogue: Catalogue, code: str, now: datetime) -> Named:
    return Named(code=code, name=agency_name(catalogue, code, business_date(now)))
