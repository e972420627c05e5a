"""Reads along while a content streams by: how long it is, its digest and its kind."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator

from shared.errors import TooLarge, Unprocessable
from shared.files.kinds import EDGE_BYTES, KINDS, MARK_BYTES_MAX, Kind, kind_of, may_be_taken


class Measure:
    """What is known of a content once it has streamed by; the content itself is not kept."""

    def __init__(self, bytes_max: int) -> None:
        self.size = 0
        self._bytes_max = bytes_max
        self._hash = hashlib.sha256()
        self._head = b""
        self._tail = b""

    @property
    def digest(self) -> bytes:
        """The SHA-256 of what has streamed by so far."""
        return self._hash.digest()

    @property
    def kind(self) -> Kind:
        """Its kind, told by its content; raises Unprocessable for one that is not taken."""
        kind = kind_of(self._head, self._tail)
        if kind is None:
            raise _refused()
        return kind

    async def along(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """Pass chunks on; raises TooLarge or Unprocessable as soon as they cannot be right."""
        async for chunk in chunks:
            self.size += len(chunk)
            if self.size > self._bytes_max:
                raise TooLarge(f"Tệp không được quá {self._bytes_max} byte.", code="file_too_large")
            self._hash.update(chunk)
            if len(self._head) < EDGE_BYTES:
                self._head += chunk[: EDGE_BYTES - len(self._head)]
                if not may_be_taken(self._head[:MARK_BYTES_MAX]):
                    raise _refused()
            self._tail = (self._tail + chunk)[-EDGE_BYTES:]
            yield chunk


def _refused() -> Unprocessable:
    taken = [kind.extension for kind in KINDS]
    return Unprocessable(
        f"Nội dung tệp không thuộc loại được nhận: {', '.join(taken)}.",
        code="file_kind_refused",
        kinds=taken,
    )
