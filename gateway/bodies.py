"""Takes a request's body from the client: whole when small, as a stream when it may be large."""

from collections.abc import AsyncIterator, Mapping

from starlette.types import Receive

from shared.errors import TooLarge

BUFFERED_BYTES_MAX = 64 * 1024
BOUNDED_BYTES_MAX = 1024 * 1024

Body = bytes | AsyncIterator[bytes]


class ClientGone(ConnectionError):
    """The client hung up before its request was complete; nobody waits for an answer."""


async def take(receive: Receive, headers: Mapping[bytes, bytes], *, streams: bool) -> Body:
    """Read the body; raises TooLarge on a bounded route, ClientGone when the client hung up.

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
    chunks, taken, more = list[bytes](), 0, True
    while more and taken <= bytes_max:
        chunk, more = await _next(receive)
        chunks.append(chunk)
        taken += len(chunk)
    if not more and taken <= bytes_max:
        return b"".join(chunks)
    if not streams:
        raise _too_large()
    return _stream(chunks, receive, more=more)


async def _stream(first: list[bytes], receive: Receive, *, more: bool) -> AsyncIterator[bytes]:
    yield b"".join(first)
    while more:
        chunk, more = await _next(receive)
        if chunk:
            yield chunk


async def _next(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)


def _too_large() -> TooLarge:
    return TooLarge(f"Nội dung gửi lên không được quá {BOUNDED_BYTES_MAX // 1024} KiB.")
