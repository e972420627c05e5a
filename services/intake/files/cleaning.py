"""Lets go of what nobody finished, nobody attached, and nobody knows."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from services.intake.files.keeping import release
from services.intake.models import Attachment, StoredFile, Upload
from services.intake.settings import FilesSettings
from shared.database import Database
from shared.files import FileStore

ROWS_A_TIME: Final = 200
GRACE: Final = timedelta(hours=24)
"""A content without a row may still get one: its transaction is under way."""


async def forget_uploads(database: Database, store: FileStore, now: datetime) -> None:
    """Forget unfinished files whose time is over, a bounded number at a time."""
    over = (
        select(Upload.id)
        .where(Upload.expires_at < now)
        .order_by(Upload.expires_at)
        .limit(ROWS_A_TIME)
        .with_for_update(skip_locked=True)
        .cte("over")
        .prefix_with("materialized")
    )
    async with database.transaction() as session:
        gone = await session.scalars(
            delete(Upload).where(Upload.id.in_(select(over.c.id))).returning(Upload.pieces)
        )
        pieces = [name for names in gone for name in names]
    await store.drop(pieces)


async def forget_unattached(database: Database, store: FileStore, now: datetime) -> None:
    """Forget files that nothing holds, then their contents; a bounded number at a time."""
    attached = select(Attachment.id).where(Attachment.file_id == StoredFile.id).exists()
    over = (
        select(StoredFile.id)
        .where(StoredFile.expires_at < now, ~attached)
        .order_by(StoredFile.expires_at)
        .limit(ROWS_A_TIME)
        .with_for_update(skip_locked=True)
        .cte("over")
        .prefix_with("materialized")
    )
    async with database.transaction() as session:
        gone = await session.scalars(
            delete(StoredFile)
            .where(StoredFile.id.in_(select(over.c.id)))
            .returning(StoredFile.digest)
        )
        digests = set(gone)
    for digest in digests:
        async with database.transaction() as session:
            await release(session, store, digest)


async def drop_passing(store: FileStore, settings: FilesSettings, now: datetime) -> None:
    """Drop what was being received when a process died; no upload lasts that long."""
    since = now - timedelta(hours=settings.upload_hours) - GRACE
    await store.drop([name async for name in store.received_before(since)])


async def drop_orphans(
    database: Database, store: FileStore, now: datetime, shard: int
) -> list[bytes]:
    """Drop the contents of one shard that no row names; tells which."""
    dropped: list[bytes] = []
    found: list[bytes] = []
    async for digest in store.contents_before(now - GRACE, shard):
        found.append(digest)
        if len(found) == ROWS_A_TIME:
            dropped += await _drop_unnamed(database, store, found)
            found = []
    return dropped + await _drop_unnamed(database, store, found)


async def _drop_unnamed(database: Database, store: FileStore, digests: list[bytes]) -> list[bytes]:
    async with database.sessions() as session:
        known = set(
            await session.scalars(select(StoredFile.digest).where(StoredFile.digest.in_(digests)))
        )
    dropped: list[bytes] = []
    for digest in set(digests) - known:
        async with database.transaction() as session:
            if await release(session, store, digest):
                dropped.append(digest)
    return dropped
