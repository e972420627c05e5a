"""Takes a catalogue file in: piece by piece into the database, never whole into memory."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg
import uuid_utils.compat as uuid

from services.procedures.models import ImportForm, ImportState
from shared.database import Database
from shared.errors import TooLarge, Unprocessable

CHUNK_BYTES: Final = 512 * 1024
ZIP_BEGINS: Final = b"PK\x03\x04"
FORMS: Final = {
    "application/json": ImportForm.JSON,
    "application/x-ndjson": ImportForm.LINES,
    "application/zip": ImportForm.ZIP,
    "application/x-zip-compressed": ImportForm.ZIP,
}
"""By content type."""

OPEN: Final = (
    "insert into procedure_import (id, file_name, form, valid_from, state, uploaded_by,"
    " uploaded_at) values ($1, $2, $3, $4, 'receiving', $5, $6)"
)
ADD: Final = "insert into procedure_import_chunk (import_id, number, body) values ($1, $2, $3)"
LOCK_CONTENT: Final = "select pg_advisory_xact_lock(hashtextextended($1, 0))"
FIND_SAME: Final = (
    "select id from procedure_import where sha256 = $1 and valid_from = $2 and state <> 'failed'"
    " order by uploaded_at desc limit 1"
)
CLOSE: Final = (
    "update procedure_import set form = $2, sha256 = $3, bytes = $4, state = $5 where id = $1"
)
DROP: Final = (
    "delete from procedure_import_chunk where import_id = $1",
    "delete from procedure_import where id = $1",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """What the sender says of a file."""

    form: ImportForm
    valid_from: date
    file_name: str | None
    by: str
    at: datetime
    again: bool


@dataclass(slots=True)
class _Taken:
    """What is known of a file's content so far."""

    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    bytes: int = 0
    chunks: int = 0
    is_zip: bool = False


def form_of(content_type: str) -> ImportForm:
    """The form that a content type names; raises Unprocessable for another."""
    form = FORMS.get(content_type.partition(";")[0].strip().lower())
    if form is None:
        raise Unprocessable(
            f"Content-Type phải là một trong: {', '.join(FORMS)}.", code="content_type_unknown"
        )
    return form


async def take(
    database: Database, stream: AsyncIterator[bytes], upload: Upload, *, bytes_max: int
) -> tuple[UUID, bool]:
    """Keep the file; the import's id and whether it is new, or the earlier one of the same file.

    Raises TooLarge or Unprocessable; nothing stays of a file that is refused.
    """
    identity = uuid.uuid7()
    async with database.raw() as connection:
        await connection.execute(
            OPEN, identity, upload.file_name, upload.form, upload.valid_from, upload.by, upload.at
        )
    try:
        taken = await _keep(database, identity, stream, bytes_max)
        _refuse_other_form(upload.form, taken)
    except (TooLarge, Unprocessable):
        async with database.raw() as connection:
            await _drop(connection, identity)
        raise
    return await _close(database, identity, upload, taken)


async def _keep(
    database: Database, identity: UUID, stream: AsyncIterator[bytes], bytes_max: int
) -> _Taken:
    taken, held = _Taken(), bytearray()
    async for piece in stream:
        taken.bytes += len(piece)
        if taken.bytes > bytes_max:
            raise TooLarge(f"Tệp không được quá {bytes_max // 2**20} MiB.", code="file_too_large")
        taken.digest.update(piece)
        held += piece
        while len(held) >= CHUNK_BYTES:
            await _add(database, identity, taken, bytes(held[:CHUNK_BYTES]))
            del held[:CHUNK_BYTES]
    if held:
        await _add(database, identity, taken, bytes(held))
    return taken


async def _add(database: Database, identity: UUID, taken: _Taken, body: bytes) -> None:
    if not taken.chunks:
        taken.is_zip = body.startswith(ZIP_BEGINS)
    # Each piece by itself: a transaction would wait for the sender, however slow.
    async with database.statements() as connection:
        await connection.execute(ADD, identity, taken.chunks, body)
    taken.chunks += 1


def _refuse_other_form(form: ImportForm, taken: _Taken) -> None:
    if not taken.bytes:
        raise Unprocessable("Tệp rỗng.", code="file_empty")
    if form is ImportForm.ZIP and not taken.is_zip:
        raise Unprocessable("Tệp không phải là ZIP.", code="not_an_archive")


async def _close(
    database: Database, identity: UUID, upload: Upload, taken: _Taken
) -> tuple[UUID, bool]:
    sha256 = taken.digest.digest()
    form = ImportForm.ZIP if taken.is_zip else upload.form
    async with database.raw() as connection:
        await connection.execute(LOCK_CONTENT, f"procedure_import/{sha256.hex()}")
        earlier = await connection.fetchval(FIND_SAME, sha256, upload.valid_from)
        if earlier is not None and not upload.again:
            await _drop(connection, identity)
            return earlier, False
        await connection.execute(CLOSE, identity, form, sha256, taken.bytes, ImportState.WAITING)
    return identity, True


async def _drop(connection: asyncpg.Connection, identity: UUID) -> None:
    for statement in DROP:
        await connection.execute(statement, identity)
