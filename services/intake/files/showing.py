"""Shows what is attached to a dossier, and gives its contents to officers and its owner."""

from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers, unmasking
from services.intake.desk import Desk
from services.intake.files import links
from services.intake.lifecycle import Status
from services.intake.models import Attachment, Dossier, PartyRole, StoredFile
from services.intake.schemas.files import (
    AttachmentsView,
    AttachmentView,
    Digitisation,
    LinkView,
    Part,
)
from shared.errors import Forbidden, NotFound


async def listed(session: AsyncSession, desk: Desk, reference: str) -> AttachmentsView:
    """List what is attached; a result is not shown to its person before it is handed over."""
    return await everything(session, desk, await dossiers.get(session, desk, reference))


async def everything(session: AsyncSession, desk: Desk, dossier: Dossier) -> AttachmentsView:
    """Show all that the caller may know of, oldest first."""
    query = (
        select(Attachment, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.dossier_id == dossier.id)
        .order_by(Attachment.attached_at, Attachment.id)
    )
    rows = await session.execute(query.where(_known(desk, dossier)))
    return AttachmentsView(
        code=dossier.code,
        sequence=dossier.sequence,
        items=[_view(attachment, file) for attachment, file in rows],
    )


async def link(session: AsyncSession, desk: Desk, reference: str, identity: UUID) -> LinkView:
    """Make a link to a content; that an officer sees it is written down."""
    dossier = await dossiers.get(session, desk, reference)
    file = await _file(session, desk, dossier, identity)
    if await reads(session, desk, dossier):
        unmasking.write_down(session, desk, dossier)
    elif not await owns(session, desk, dossier):
        raise Forbidden("Bạn không được mở giấy tờ của hồ sơ này.", code="unmask_refused")
    return links.make(desk, file.id)


async def reads(session: AsyncSession, desk: Desk, dossier: Dossier) -> bool:
    """Whether the caller is an officer who works on the dossier, or at an agency involved in it."""
    if access.may_unmask(desk.principal, dossier):
        return True
    if not desk.principal.may(*access.UNMASKERS):
        return False
    involved = select(Dossier.id).where(Dossier.id == dossier.id, access.involved(desk.principal))
    return await session.scalar(involved) is not None


async def owns(session: AsyncSession, desk: Desk, dossier: Dossier) -> bool:
    """Whether the caller is the citizen whose dossier it is."""
    return await unmasking.is_one_of(session, desk, dossier, PartyRole.OWNER)


async def _file(session: AsyncSession, desk: Desk, dossier: Dossier, identity: UUID) -> StoredFile:
    query = (
        select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(
            Attachment.id == identity,
            Attachment.dossier_id == dossier.id,
            _known(desk, dossier),
        )
    )
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("Hồ sơ không có tệp này.", code="attachment_unknown")
    return found


def _known(desk: Desk, dossier: Dossier) -> ColumnElement[bool]:
    """The condition that the caller may know of it: people only of a result handed over."""
    if desk.principal.may(*access.UNMASKERS):
        return true()
    if dossier.status is not Status.RETURNED:
        return Attachment.part == Part.COMPONENT
    return Attachment.withdrawn_at.is_(None)


def _view(attachment: Attachment, file: StoredFile | None) -> AttachmentView:
    return AttachmentView(
        id=attachment.id,
        part=Part(attachment.part),
        component=attachment.component,
        digitisation=Digitisation(attachment.digitisation),
        reused_from=attachment.reused_from,
        database=attachment.database,
        attached_at=attachment.attached_at,
        withdrawn_at=attachment.withdrawn_at,
        media_type=file.media_type if file else None,
        size=file.size if file else None,
        sha256=file.digest.hex() if file else None,
    )
