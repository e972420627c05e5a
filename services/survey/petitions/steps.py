"""Appends what was done with a petition."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import Petition, PetitionStep
from services.survey.petitions import content
from services.survey.petitions.desk import Desk


async def record(
    session: AsyncSession,
    desk: Desk,
    petition: Petition,
    action: str,
    actor: str,
    *,
    note: str | None = None,
    late: bool | None = None,
) -> None:
    """Append a step; the petition's row is locked or new in this transaction."""
    newest = select(func.max(PetitionStep.number)).where(PetitionStep.petition == petition.id)
    number = (await session.scalar(newest) or 0) + 1
    sealed = None
    if note is not None:
        sealed = desk.vault.encrypt(note.encode(), of=content.note_of(petition.id, number))
    session.add(
        PetitionStep(
            petition=petition.id,
            number=number,
            action=action,
            at=desk.now,
            actor=actor,
            agency=petition.agency,
            status=petition.status,
            due_at=petition.due_at,
            late=late,
            note=sealed,
            key_id=None if sealed is None else desk.vault.current,
        )
    )
