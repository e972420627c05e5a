"""Cuts a stream of bytes into numbered lines, and the lines into chunks."""

from collections.abc import AsyncIterator
from typing import Final

CHUNK_LINES_MAX: Final = 2000
LINE_BYTES_MAX: Final = 256 * 1024


class LineTooLong(ValueError):
    """A line that never ends is no history; the import stops there."""


Chunk = list[tuple[int, bytes]]


async def chunks(stream: AsyncIterator[bytes]) -> AsyncIterator[Chunk]:
    """Give the lines with their numbers from 1, so many at a time; empty lines do not count.

    Raises LineTooLong.
    """
    number, rest, chunk = 0, b"", Chunk()
    async for part in stream:
        *whole, rest = (rest + part).split(b"\n")
        if len(rest) > LINE_BYTES_MAX:
            raise LineTooLong(f"line {number + len(whole) + 1} is over {LINE_BYTES_MAX} bytes")
        for line in whole:
            number += 1
            if line.strip():
                chunk.append((number, line))
            if len(chunk) >= CHUNK_LINES_MAX:
                yield chunk
                chunk = []
    if rest.strip():
        chunk.append((number + 1, rest))
    if chunk:
        yield chunk
