"""Papers that a person has given before, so that nobody asks for them again (D224/2026 18(4))."""

from uuid import UUID

from sqlalchemy import Select, false, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers
from services.intake.desk import Desk
from services.intake.files import showing
from services.intake.lifecycle import Status
from services.intake.models import Attachment, Dossier, FileState, Party, PartyRole, StoredFile
from services.intake.schemas.files import KnownPaper, KnownPapers, Part, PersonIn
from shared.errors import Forbidden, NotFound

PAPERS_SHOWN_MAX = 200

Known = Select[Attachment, Dossier, StoredFile]


async def of_caller(session: AsyncSession, desk: Desk) -> KnownPapers:
    """What the citizen has given and got, at whatever agency."""
    own = desk.vault.hash(desk.principal.number)
    return await _shown(session, _known(own))


async def of_person(session: AsyncSession, desk: Desk, asked: PersonIn) -> KnownPapers:
    """What somebody has given to the agencies in the officer's scope."""
    number = desk.vault.hash(asked.identity_number)
    return await _shown(session, _known(number).where(access.within(desk.principal)))


async def for_dossier(session: AsyncSession, desk: Desk, reference: str) -> KnownPapers:
    """What a dossier's owner has given elsewhere, for whoever works on it, or for the owner."""
    dossier = await dossiers.get(session, desk, reference)
    await _check_caller(session, desk, dossier)
    owner = await _owner(session, dossier)
    return await _shown(session, _known(owner).where(Dossier.id != dossier.id))


async def source(session: AsyncSession, desk: Desk, dossier: Dossier, identity: UUID) -> Attachment:
    """Get a paper of the same person to take over; raises NotFound for anybody else's."""
    await _check_caller(session, desk, dossier)
    query = _known(await _owner(session, dossier)).where(Attachment.id == identity)
    found = (await session.execute(query.with_for_update(of=StoredFile))).one_or_none()
    if found is None:
        raise NotFound("Người này chưa có giấy tờ đó.", code="paper_unknown")
    return found[0]


def _known(identity_hash: bytes | None) -> Known:
    """The usable papers and handed over results of dossiers that this person owns."""
    return (
        select(Attachment, Dossier, StoredFile)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .join(Dossier, Dossier.id == Attachment.dossier_id)
        .join(Party, Party.dossier_id == Dossier.id)
        .where(
            Party.role == PartyRole.OWNER,
            # Nobody's number is nobody's papers, and not those of everybody without one.
            Party.identity_hash == identity_hash if identity_hash else false(),
            StoredFile.state == FileState.USABLE,
            Attachment.withdrawn_at.is_(None),
            (Attachment.part == Part.COMPONENT) | (Dossier.status_code == int(Status.RETURNED)),
        )
    )


async def _shown(session: AsyncSession, known: Known) -> KnownPapers:
    kind = (Dossier.procedure, Attachment.part, Attachment.component)
    newest = (
        known.ext(distinct_on(*kind))
        .order_by(*kind, Attachment.attached_at.desc(), Attachment.id.desc())
        .limit(PAPERS_SHOWN_MAX)
    )
    return KnownPapers(
        items=[
            KnownPaper(
                attachment=attachment.id,
                part=Part(attachment.part),
                procedure=dossier.procedure,
                component=attachment.component,
                dossier=dossier.code,
                attached_at=attachment.attached_at,
                media_type=file.media_type,
                size=file.size,
                sha256=file.digest.hex(),
            )
            for attachment, dossier, file in await session.execute(newest)
        ]
    )


async def _check_caller(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    if access.may_unmask(desk.principal, dossier) or await showing.owns(session, desk, dossier):
        return
    raise Forbidden("Bạn không được dùng lại giấy tờ của người này.", code="reuse_not_yours")


async def _owner(session: AsyncSession, dossier: Dossier) -> bytes | None:
    return await session.scalar(
        select(Party.identity_hash).where(
            Party.dossier_id == dossier.id, Party.role == PartyRole.OWNER
        )
    )
