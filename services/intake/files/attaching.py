"""Attaches files to a dossier's components or as its result; each attaching is a fact."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers
from services.intake.desk import Desk
from services.intake.files import keeping, reuse, rules
from services.intake.files.showing import everything
from services.intake.lifecycle import Work
from services.intake.models import Attachment, Dossier, FileState, StoredFile
from services.intake.promise import choose_case
from services.intake.schemas.files import (
    AttachmentIn,
    AttachmentsIn,
    AttachmentsView,
    Digitisation,
    Part,
)
from shared.errors import Conflict, Unprocessable
from shared.events import AttachedPaper, DossierFilesAttached

ATTACHMENTS_MAX = 300
"""A dossier with more papers than this is no single dossier."""

UNUSABLE = {
    FileState.QUARANTINED: "Tệp chưa được quét mã độc; hãy thử lại sau giây lát.",
    FileState.INFECTED: "Tệp có mã độc, đã bị loại.",
}


async def attach(
    session: AsyncSession, desk: Desk, reference: str, given: AttachmentsIn
) -> AttachmentsView:
    """Attach what the caller brought or what the person gave before; all of it or nothing."""
    dossier = await dossiers.locked(session, desk, reference)
    officer = access.may_unmask(desk.principal, dossier)
    rules.check(given.items, dossier.status, officer=officer, in_transit=dossier.in_transit)
    await _check_components(session, desk, dossier, given.items)
    await _check_count(session, dossier, given.items)
    attached = [await _attached(session, desk, dossier, item) for item in given.items]
    session.add_all(attached)
    papers = tuple(
        AttachedPaper(
            attachment=str(one.id),
            part=one.part,
            component=one.component,
            digitisation=one.digitisation,
        )
        for one in attached
    )
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.ATTACH,
        event=DossierFilesAttached(papers=papers, attached_at=desk.now),
        details={"papers": [paper.model_dump(exclude_none=True) for paper in papers]},
    )
    return await everything(session, desk, dossier)


async def _attached(
    session: AsyncSession, desk: Desk, dossier: Dossier, item: AttachmentIn
) -> Attachment:
    row = Attachment(
        id=keeping.new_id(),
        dossier_id=dossier.id,
        part=str(item.part),
        component=item.component,
        digitisation=int(Digitisation.SCANNED),
        attached_at=desk.now,
    )
    if item.database is not None:
        row.database, row.digitisation = item.database, int(Digitisation.FROM_DATABASE)
    elif item.reuse is not None:
        source = await reuse.source(session, desk, dossier, item.reuse)
        result = source.part == Part.RESULT
        row.file_id, row.reused_from = source.file_id, source.id
        row.digitisation = int(
            Digitisation.REUSED_RESULT if result else Digitisation.REUSED_COMPONENT
        )
    elif item.file is not None:
        file = await keeping.own(session, desk, item.file, lock=True)
        _check_usable(file)
        row.file_id, file.expires_at = file.id, None
    return row


def _check_usable(file: StoredFile) -> None:
    if (why := UNUSABLE.get(FileState(file.state))) is not None:
        raise Conflict(why, code=f"file_{file.state}")


async def _check_components(
    session: AsyncSession, desk: Desk, dossier: Dossier, items: Sequence[AttachmentIn]
) -> None:
    """Refuse components that the dossier's case does not have (D63 18(6)); notes are no papers."""
    catalogue, connection = await desk.catalogue(session)
    procedure = await catalogue.pinned(connection, dossier.procedure, dossier.procedure_version)
    case = choose_case(procedure, dossier.case_id)
    listed = {component.id for component in case.components if not component.is_note}
    named = {item.component for item in items if item.component is not None}
    if strange := sorted(named - listed):
        raise Unprocessable(
            "Giấy tờ không thuộc thành phần hồ sơ của trường hợp này.",
            code="component_unknown",
            components=strange,
        )


async def _check_count(
    session: AsyncSession, dossier: Dossier, items: Sequence[AttachmentIn]
) -> None:
    query = select(func.count()).where(Attachment.dossier_id == dossier.id)
    if (await session.scalar(query) or 0) + len(items) > ATTACHMENTS_MAX:
        raise Conflict(
            f"Một hồ sơ có không quá {ATTACHMENTS_MAX} tệp.", code="attachments_too_many"
        )
