"""Reads a kept file back, from any place on: for this process, or as a file for a library."""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from services.procedures.imports.uploads import CHUNK_BYTES
from shared.database import STATEMENT_SECONDS_MAX, Database

FETCH: Final = "select body from procedure_import_chunk where import_id = $1 and number = $2"


class Kept:
    """The bytes of one file in the database."""

    def __init__(self, database: Database, identity: UUID, size: int) -> None:
        self._database = database
        self._identity = identity
        self.size = size

    async def chunk(self, number: int) -> bytes:
        """The chunk of that number; empty behind the last."""
        async with self._database.statements() as connection:
            body = await connection.fetchval(FETCH, self._identity, number)
        return body or b""

    async def since(self, offset: int) -> AsyncIterator[bytes]:
        """Everything from a place on, a chunk at a time."""
        number, skipped = divmod(offset, CHUNK_BYTES)
        while number * CHUNK_BYTES < self.size:
            yield (await self.chunk(number))[skipped:]
            number, skipped = number + 1, 0


class KeptFile(io.RawIOBase):
    """The same as a seekable file, for a thread: it asks the loop for each chunk."""

    def __init__(self, kept: Kept, loop: asyncio.AbstractEventLoop) -> None:
        self._kept = kept
        self._loop = loop
        self._at = 0
        self._chunk: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; raises ValueError before the beginning."""
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._kept.size}[whence]
        if begin + offset < 0:
            raise ValueError("before the beginning of the file")
        self._at = begin + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end; all the rest when no size is given."""
        wanted = self._kept.size - self._at if size is None or size < 0 else size
        pieces: list[bytes] = []
        while wanted > 0 and self._at < self._kept.size:
            number, skipped = divmod(self._at, CHUNK_BYTES)
            piece = self._fetched(number)[skipped : skipped + wanted]
            pieces.append(piece)
            self._at += len(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def _fetched(self, number: int) -> bytes:
        if self._chunk[0] != number:
            asked = asyncio.run_coroutine_threadsafe(self._kept.chunk(number), self._loop)
            self._chunk = number, asked.result(2 * STATEMENT_SECONDS_MAX)
        return self._chunk[1]
