"""Lets a scanner see what is quarantined, and lets go of what it finds infected."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select, update

from services.intake.files.keeping import release
from services.intake.models import FileState, StoredFile
from services.intake.settings import FilesSettings
from shared.clock import present
from shared.database import Database
from shared.files import FileStore, ScanFailed, is_clean

FILES_A_TIME: Final = 50
PATIENCE: Final = timedelta(seconds=30)
PATIENCE_MAX: Final = timedelta(hours=1)
DOUBLINGS_MAX: Final = 8

log = structlog.get_logger()
Due = Sequence[tuple[UUID, bytes, int]]


async def scan_due(database: Database, store: FileStore, settings: FilesSettings) -> None:
    """Ask about every file that waits, a bounded number at a time; oldest first."""
    for identity, digest, scans in await _due(database, present()):
        try:
            clean = await is_clean(
                settings.scanner, await store.read(digest), seconds_max=settings.scan_seconds_max
            )
        except (ScanFailed, FileNotFoundError) as failure:
            log.warning("file not scanned", file=str(identity), error=str(failure))
            await _settle(database, identity, {"scan_at": present() + _patience(scans)})
        else:
            state = FileState.USABLE if clean else FileState.INFECTED
            await _settle(database, identity, {"scan_at": None, "state": state})
            if not clean:
                log.warning("file infected", file=str(identity))
                async with database.transaction() as session:
                    await release(session, store, digest)


async def _due(database: Database, now: datetime) -> Due:
    query = (
        select(StoredFile.id, StoredFile.digest, StoredFile.scans)
        .where(StoredFile.scan_at <= now)
        .order_by(StoredFile.scan_at)
        .limit(FILES_A_TIME)
    )
    async with database.sessions() as session:
        found = await session.execute(query)
        return [(identity, digest, scans) for identity, digest, scans in found]


async def _settle(database: Database, identity: UUID, found: dict[str, object]) -> None:
    # What another worker has settled meanwhile waits no longer, and stays as it is.
    settled = (
        update(StoredFile)
        .where(StoredFile.id == identity, StoredFile.state == FileState.QUARANTINED)
        .values(scans=StoredFile.scans + 1, **found)
    )
    async with database.transaction() as session:
        await session.execute(settled)


def _patience(scans: int) -> timedelta:
    """How long to wait after a scanner that could not tell: twice as long each time."""
    doubled: int = 2 ** min(scans, DOUBLINGS_MAX)
    return min(PATIENCE * doubled, PATIENCE_MAX)
