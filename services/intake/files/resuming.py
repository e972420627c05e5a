"""Takes a file in by several goes: each go is kept whole or not at all, the last one checked."""

from collections.abc import AsyncIterable, AsyncIterator
from datetime import timedelta
from uuid import UUID

from fastapi import Request
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.files import keeping
from services.intake.files.receiving import body_of, taking_in
from services.intake.models import Upload
from services.intake.schemas.files import SentFile, UploadIn, UploadView
from shared.errors import Conflict, NotFound, Problem, TooLarge, Unprocessable
from shared.files import Measure

UPLOADS_MAX = 50
"""So many unfinished files of one sender are not being sent."""

PIECES_MAX = 2_000


async def begin(session: AsyncSession, desk: Desk, given: UploadIn) -> UploadView:
    """Announce a file; raises TooLarge, or Conflict for who leaves too many unfinished."""
    limits = desk.settings.files
    if given.size > limits.bytes_max:
        raise TooLarge(f"Tệp không được quá {limits.bytes_max} byte.", code="file_too_large")
    sender = keeping.uploader(desk)
    open_now = select(func.count()).where(Upload.uploader == sender, Upload.expires_at > desk.now)
    if (await session.scalar(open_now) or 0) >= UPLOADS_MAX:
        raise Conflict(
            f"Còn {UPLOADS_MAX} tệp gửi dở; hãy gửi xong hoặc bỏ bớt.", code="uploads_too_many"
        )
    identity = keeping.new_id()
    upload = Upload(
        id=identity,
        uploader=sender,
        digest=bytes.fromhex(given.sha256),
        size=given.size,
        received=0,
        name=desk.vault.encrypt(given.name.encode(), of=_sealed_for(identity)),
        key_id=desk.vault.current,
        begun_at=desk.now,
        expires_at=desk.now + timedelta(hours=limits.upload_hours),
    )
    session.add(upload)
    return _view(upload)


async def show(session: AsyncSession, desk: Desk, identity: UUID) -> UploadView:
    """Tell how much of a file is there; raises NotFound."""
    return _view(await _own(session, desk, identity))


async def append(desk: Desk, request: Request, identity: UUID, offset: int) -> UploadView:
    """Take in one more piece; raises Conflict with the offset that is expected instead."""
    async with desk.database.sessions() as session:
        upload = await _own(session, desk, identity)
    if upload.received != offset:
        raise _elsewhere(upload)
    if len(upload.pieces) >= PIECES_MAX:
        raise Conflict(f"Không chia quá {PIECES_MAX} đợt.", code="pieces_too_many")
    piece = _Piece(upload.size - offset)
    async with taking_in(desk):
        passing = await desk.resources.files.receive(piece.along(body_of(request)))
    if not piece.size:
        await desk.resources.files.drop([passing])
        raise Unprocessable("Đợt này rỗng.", code="piece_empty")
    # Of two that send the same piece at once one wins: the row tells whose counts.
    moved = (
        update(Upload)
        .where(Upload.id == identity, Upload.received == offset)
        .values(received=offset + piece.size, pieces=func.array_append(Upload.pieces, passing))
        .returning(Upload)
    )
    async with desk.database.transaction() as session:
        after = (await session.execute(moved)).scalar_one_or_none()
    if after is not None:
        return _view(after)
    await desk.resources.files.drop([passing])
    async with desk.database.sessions() as session:
        raise _elsewhere(await _own(session, desk, identity))


async def complete(desk: Desk, identity: UUID) -> SentFile:
    """Make the file of its pieces, once; raises Conflict while some lacks, Unprocessable."""
    async with desk.database.sessions() as session:
        upload = await _find(session, desk, identity)
        if upload is None:
            return keeping.sent(await keeping.own(session, desk, identity))
    if upload.received < upload.size:
        raise Conflict("Tệp chưa gửi xong.", code="upload_incomplete", received=upload.received)
    measure, store = Measure(upload.size), desk.resources.files
    async with taking_in(desk):
        passing = await store.receive(measure.along(store.joined(upload.pieces)))
    try:
        return await _finish(desk, upload, keeping.Received(passing, measure, _name(desk, upload)))
    except Unprocessable:
        await _forget(desk, upload)
        raise
    finally:
        await store.drop([passing])


async def give_up(desk: Desk, identity: UUID) -> UploadView:
    """Forget an unfinished file; tells how far it was."""
    async with desk.database.sessions() as session:
        upload = await _own(session, desk, identity)
    await _forget(desk, upload)
    return _view(upload)


async def _finish(desk: Desk, upload: Upload, received: keeping.Received) -> SentFile:
    if received.measure.digest != upload.digest:
        raise Unprocessable("Nội dung nhận được khác SHA-256 đã báo.", code="digest_differs")
    async with desk.database.transaction() as session:
        ended = delete(Upload).where(Upload.id == upload.id).returning(Upload.id)
        if (await session.execute(ended)).scalar_one_or_none() is None:
            return keeping.sent(await keeping.own(session, desk, upload.id))
        kept = await keeping.keep(session, desk, received, upload.id)
    await desk.resources.files.drop(upload.pieces)
    return kept


async def _forget(desk: Desk, upload: Upload) -> None:
    async with desk.database.transaction() as session:
        await session.execute(delete(Upload).where(Upload.id == upload.id))
    await desk.resources.files.drop(upload.pieces)


class _Piece:
    """Counts a piece while it streams by, and refuses what no longer belongs to the file."""

    def __init__(self, bytes_max: int) -> None:
        self.size = 0
        self._bytes_max = bytes_max

    async def along(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.size += len(chunk)
            if self.size > self._bytes_max:
                raise TooLarge("Đợt này dài hơn phần còn lại của tệp.", code="beyond_size")
            yield chunk


async def _own(session: AsyncSession, desk: Desk, identity: UUID) -> Upload:
    found = await _find(session, desk, identity)
    if found is None:
        raise NotFound("Không tìm thấy lần gửi tệp này.", code="upload_unknown")
    return found


async def _find(session: AsyncSession, desk: Desk, identity: UUID) -> Upload | None:
    query = select(Upload).where(
        Upload.id == identity,
        Upload.uploader == keeping.uploader(desk),
        Upload.expires_at > desk.now,
    )
    return (await session.execute(query)).scalar_one_or_none()


def _elsewhere(upload: Upload) -> Problem:
    return Conflict(
        f"Đợt tiếp theo phải bắt đầu từ byte {upload.received}.",
        code="upload_offset",
        headers={"Upload-Offset": str(upload.received)},
        received=upload.received,
    )


def _name(desk: Desk, upload: Upload) -> str:
    return desk.vault.decrypt(upload.name, key_id=upload.key_id, of=_sealed_for(upload.id)).decode()


def _view(upload: Upload) -> UploadView:
    return UploadView(
        id=upload.id, size=upload.size, received=upload.received, expires_at=upload.expires_at
    )


def _sealed_for(identity: UUID) -> str:
    return f"{identity}/upload"
