"""The electronic result: asked for before it is returned online, gone with a recalled one."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import Attachment, Dossier
from services.intake.schemas.files import Part
from shared.errors import Conflict
from shared.events import Outcome, WayOfReturn


async def refuse_without_result(
    session: AsyncSession, desk: Desk, dossier: Dossier, way: WayOfReturn
) -> None:
    """Refuse to return online what is not here as a file, where the settings ask for it."""
    asked = desk.settings.files.result_required and way is WayOfReturn.ONLINE
    if not asked or dossier.outcome != Outcome.APPROVED:
        return
    query = select(Attachment.id).where(
        Attachment.dossier_id == dossier.id,
        Attachment.part == Part.RESULT,
        Attachment.withdrawn_at.is_(None),
    )
    if await session.scalar(query.limit(1)) is None:
        raise Conflict(
            "Trả trực tuyến cần kết quả điện tử; hãy đính kèm kết quả trước.",
            code="result_file_needed",
        )


async def withdraw(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Take back the files of a result that was recalled; nobody is given them any more."""
    await session.execute(
        update(Attachment)
        .where(
            Attachment.dossier_id == dossier.id,
            Attachment.part == Part.RESULT,
            Attachment.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=desk.now)
    )
