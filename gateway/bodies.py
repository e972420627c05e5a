"""Takes a request's body from the client: whole when small, as a stream when it may be large."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping

from starlette.types import Receive

from shared.errors import TooLarge, TooSlow, Unavailable

BUFFERED_BYTES_MAX = 64 * 1024
BOUNDED_BYTES_MAX = 1024 * 1024
GRACE_SECONDS = 15.0
BYTES_PER_SECOND_MIN = 2 * 1024
"""What a client must keep up with after the grace; a phone on a bad line is four times as fast."""

CALLER_BYTES_MAX = 32 * 1024 * 1024
COLLECTED_BYTES_MAX = 256 * 1024 * 1024
"""What may lie here of bodies that are still coming: of one caller's, and of all."""
RETRY_AFTER_SECONDS = 5

Body = bytes | AsyncIterator[bytes]


class ClientGone(ConnectionError):
    """The client hung up before its request was complete; nobody waits for an answer."""


class Incoming:
    """A body on its way, given up when its client is slower than the pace.

    Only the time spent waiting for the client counts: a service that reads slowly is not its fault.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._patience_seconds = GRACE_SECONDS
        self.more = True

    async def next(self) -> bytes:
        """Give the next piece; raises ClientGone or TooSlow."""
        loop = asyncio.get_running_loop()
        waits_from = loop.time()
        try:
            async with asyncio.timeout_at(waits_from + self._patience_seconds):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow("Nội dung gửi lên quá chậm; hãy gửi lại khi đường truyền ổn.") from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece: bytes = message.get("body", b"")
        self.more = message.get("more_body", False)
        self._patience_seconds += len(piece) / BYTES_PER_SECOND_MIN - (loop.time() - waits_from)
        return piece


class Collection:
    """Counts the bytes of bodies that are still coming: many slow clients are a large one."""

    def __init__(self) -> None:
        self._all = 0
        self._of: Counter[str] = Counter()

    def add(self, caller: str, size: int) -> None:
        """Count a piece; raises Unavailable when there is no room for it."""
        if self._all + size > COLLECTED_BYTES_MAX or self._of[caller] + size > CALLER_BYTES_MAX:
            raise Unavailable(
                "Đang nhận quá nhiều nội dung gửi lên cùng lúc; hãy gửi lại sau giây lát.",
                retry_after_seconds=RETRY_AFTER_SECONDS,
                code="bodies_busy",
            )
        self._all += size
        self._of[caller] += size

    def remove(self, caller: str, size: int) -> None:
        """Forget a body that has come, or never will."""
        self._all -= size
        self._of[caller] -= size
        if not self._of[caller]:
            del self._of[caller]


async def take(
    receive: Receive,
    headers: Mapping[bytes, bytes],
    *,
    streams: bool,
    collection: Collection,
    caller: str,
) -> Body:
    """Read the body; raises TooLarge, TooSlow, Unavailable, or ClientGone when it hung up.

    Too large is what exceeds a bounded route, unavailable what finds too much else coming.
    Up to the buffered size it comes whole, so that the request can be sent a second time. Beyond
    that a streaming route gives an iterator over what the client still sends; memory stays bounded
    because a chunk is read only when the one before it has been sent on.
    """
    declared = headers.get(b"content-length", b"")
    bytes_max = BUFFERED_BYTES_MAX if streams else BOUNDED_BYTES_MAX
    if declared == b"0" or (not declared and b"transfer-encoding" not in headers):
        return b""
    if not streams and declared and int(declared) > BOUNDED_BYTES_MAX:
        raise _too_large()
    incoming = Incoming(receive)
    chunks, taken = list[bytes](), 0
    try:
        while incoming.more and taken <= bytes_max:
            chunk = await incoming.next()
            collection.add(caller, len(chunk))
            chunks.append(chunk)
            taken += len(chunk)
    finally:
        collection.remove(caller, taken)
    if not incoming.more and taken <= bytes_max:
        return b"".join(chunks)
    if not streams:
        raise _too_large()
    return _stream(chunks, incoming)


async def _stream(first: list[bytes], incoming: Incoming) -> AsyncIterator[bytes]:
    yield b"".join(first)
    while incoming.more:
        if chunk := await incoming.next():
            yield chunk


def _too_large() -> TooLarge:
    return TooLarge(f"Nội dung gửi lên không được quá {BOUNDED_BYTES_MAX // 1024} KiB.")
