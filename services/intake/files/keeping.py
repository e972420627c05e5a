"""The row of a file: written with its content in place, found only by who brought it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import uuid_utils.compat as uuid7s
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import FileState, StoredFile
from services.intake.schemas.files import FileView, SentFile
from shared.errors import NotFound
from shared.files import FileStore, Measure, safe_name
from shared.personal_data import Vault, keyed

# Whoever places a content and whoever removes it take turns: no row ever points to nothing.
LOCK_DIGEST = text("select pg_advisory_xact_lock(hashtextextended('file/' || :digest, 0))")


@dataclass(frozen=True, slots=True)
class Received:
    """A content that came in whole, still under its passing name."""

    passing_name: str
    measure: Measure
    sent_name: str


def new_id() -> UUID:
    """Make an id that sorts by time."""
    return UUID(bytes=uuid7s.uuid7().bytes)


async def keep(
    session: AsyncSession, desk: Desk, received: Received, identity: UUID | None = None
) -> SentFile:
    """Put a content in its place and write its row; a crash in between leaves only an orphan."""
    row = _row(desk, received, identity or new_id())
    await session.execute(LOCK_DIGEST, {"digest": row.digest.hex()})
    await desk.resources.files.place(received.passing_name, row.digest)
    session.add(row)
    await session.flush()
    return sent(row)


async def release(session: AsyncSession, store: FileStore, digest: bytes) -> bool:
    """Remove a content that no row names any more; tells whether it did."""
    await session.execute(LOCK_DIGEST, {"digest": digest.hex()})
    named = select(StoredFile.id).where(
        StoredFile.digest == digest, StoredFile.state != FileState.INFECTED
    )
    if await session.scalar(named.limit(1)) is not None:
        return False
    await store.remove(digest)
    return True


async def own(
    session: AsyncSession, desk: Desk, identity: UUID, *, lock: bool = False
) -> StoredFile:
    """Get a file that the caller brought and that is still kept; raises NotFound."""
    query = select(StoredFile).where(
        StoredFile.id == identity, StoredFile.uploader == uploader(desk)
    )
    if lock:
        query = query.with_for_update()
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise unknown()
    return found


def unknown() -> NotFound:
    """The refusal of a file that is absent, or not the caller's to know."""
    return NotFound("Không tìm thấy tệp này.", code="file_unknown")


def uploader(desk: Desk) -> bytes:
    """The key of who brings a file; a citizen's own name would be their identity number."""
    return keyed(desk.vault, "uploader", desk.principal.subject)


def open_name(vault: Vault, of: StoredFile) -> str:
    """Open what a file is called."""
    return vault.decrypt(of.name, key_id=of.key_id, of=_sealed_for(of.id)).decode()


def sent(row: StoredFile) -> SentFile:
    """A file as it is answered to who has just sent it."""
    return SentFile(
        id=row.id,
        media_type=row.media_type,
        size=row.size,
        sha256=row.digest.hex(),
        state=FileState(row.state),
        uploaded_at=row.uploaded_at,
        expires_at=row.expires_at,
    )


def view(desk: Desk, row: StoredFile) -> FileView:
    """A file as it is shown to who brought it."""
    return FileView(**dict(sent(row)), name=open_name(desk.vault, row))


def _row(desk: Desk, received: Received, identity: UUID) -> StoredFile:
    kind = received.measure.kind
    name = safe_name(received.sent_name, kind).encode()
    scanned = bool(desk.settings.files.scanner)
    return StoredFile(
        id=identity,
        digest=received.measure.digest,
        size=received.measure.size,
        media_type=kind.media_type,
        name=desk.vault.encrypt(name, of=_sealed_for(identity)),
        key_id=desk.vault.current,
        uploader=uploader(desk),
        state=FileState.QUARANTINED if scanned else FileState.USABLE,
        scan_at=desk.now if scanned else None,
        uploaded_at=desk.now,
        expires_at=desk.now + timedelta(days=desk.settings.files.unattached_days),
    )


def _sealed_for(identity: UUID) -> str:
    return f"{identity}/file"
