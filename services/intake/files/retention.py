"""Destroys files of dossiers that ended long ago, with a certificate; a legal hold keeps them."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.models import Attachment, Destruction, Dossier, StoredFile
from services.intake.settings import FilesSettings
from shared.database import Database

DOSSIERS_A_TIME: Final = 100
YEAR_DAYS_MIN: Final = 365

# Nothing was attached after its dossier's end, so that what is younger need not be looked at.
_DUE = text("""
    select distinct a.dossier_id as id
    from attachment a
    join dossier d on d.id = a.dossier_id
    left join unnest(cast(:codes as text[]), cast(:years as int[])) as r(procedure, years)
        on r.procedure = d.procedure
    where a.attached_at < :before
      and d.ended_at + make_interval(years => coalesce(r.years, cast(:default as int))) < :now
      and not exists (
          select 1 from legal_hold h where h.dossier_id = d.id and h.released_at is null
      )
    limit :dossiers
""")


async def destroy_due(database: Database, settings: FilesSettings, now: datetime) -> list[UUID]:
    """Let go of what has been kept long enough, each dossier by itself; tells which."""
    years = settings.retention_by_procedure
    shortest = min([settings.retention_years, *years.values()])
    async with database.sessions() as session:
        due = await session.scalars(
            _DUE,
            {
                "codes": list(years),
                "years": list(years.values()),
                "default": settings.retention_years,
                "before": now - timedelta(days=YEAR_DAYS_MIN * shortest),
                "now": now,
                "dossiers": DOSSIERS_A_TIME,
            },
        )
        found = list(due)
    for dossier_id in found:
        async with database.transaction() as session:
            await _destroy(session, dossier_id, settings, now)
    return found


async def _destroy(
    session: AsyncSession, dossier_id: UUID, settings: FilesSettings, now: datetime
) -> None:
    """Take a dossier's files away and certify it; what another dossier holds stays there."""
    query = select(Dossier).where(Dossier.id == dossier_id).with_for_update()
    dossier = (await session.execute(query)).scalar_one()
    gone = await session.scalars(
        delete(Attachment).where(Attachment.dossier_id == dossier_id).returning(Attachment.file_id)
    )
    files = {identity for identity in gone if identity is not None}
    if not files or dossier.ended_at is None:
        return
    held = select(Attachment.id).where(Attachment.file_id == StoredFile.id).exists()
    freed = await session.scalars(
        update(StoredFile)
        .where(StoredFile.id.in_(files), ~held)
        .values(expires_at=now)
        .returning(StoredFile.digest)
    )
    session.add(
        Destruction(
            dossier_id=dossier_id,
            code=dossier.code,
            agency=dossier.competent_agency,
            procedure=dossier.procedure,
            retention_years=settings.retention_by_procedure.get(
                dossier.procedure, settings.retention_years
            ),
            ended_at=dossier.ended_at,
            destroyed_at=now,
            digests=sorted(digest.hex() for digest in freed),
        )
    )
