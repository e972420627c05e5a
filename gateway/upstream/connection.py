"""One kept connection to a service: an exchange at a time, its answer whole or as a stream."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

import httptools

from gateway.headers import Header

WHOLE_BYTES_MAX = 256 * 1024
"""An answer of at most so many bytes is taken whole, so that a slow reader holds no service."""
BUFFERED_BYTES_MAX = 256 * 1024
"""What is read ahead of the reader of a longer one."""
LENGTH = b"content-length"
INFORMATIONAL_BELOW = 200
WITHOUT_BODY = frozenset({204, 304})


class Broken(ConnectionError):
    """The connection ended, or what came was no HTTP, before the answer was complete."""

    def __init__(self, reason: str, *, heard: bool) -> None:
        super().__init__(reason)
        self.heard = heard
        """Whether anything at all had come back; else the service may never have read it."""


@dataclass(slots=True)
class Answer:
    """A service's answer; without `whole` its body is read from the connection."""

    status: int
    headers: list[Header]
    whole: bytes | None


class Connection(asyncio.Protocol):
    """Speaks as a client; the parser calls the `on_…` methods."""

    def __init__(self) -> None:
        self.used = False
        """Whether an exchange went well before: a kept connection may have grown stale."""
        self.reusable = False
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport
        self._writable = asyncio.Event()
        self._writable.set()
        self._lost = False
        self._answer: asyncio.Future[Answer] | None = None
        self._begin(head_only=False)

    def _begin(self, *, head_only: bool) -> None:
        self._head_only = head_only
        self._heard = False
        self._status = 0
        self._headers: list[Header] = []
        self._length: int | None = None
        self._chunked = False
        self._pieces: list[bytes] = []
        self._buffered = 0
        self._complete = False
        self._wake: asyncio.Future[None] | None = None

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Parse; what comes unasked ends the connection."""
        if self._answer is None or self._complete:
            self.close()
            return
        self._heard = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as garbled:
            self._end(type(garbled).__name__)

    def connection_lost(self, exc: Exception | None) -> None:
        """End a running exchange: well when the connection's end is the answer's end."""
        self._lost, self.reusable = True, False
        self._writable.set()
        ends_here = self._status and self._length is None and not self._chunked
        if ends_here and exc is None and not self._complete:
            self.on_message_complete()
        self._end("connection closed")

    def pause_writing(self) -> None:
        """Hold a long body back."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Go on with it."""
        self._writable.set()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Fail at a second answer to one question: whose it is nobody could tell."""
        if self._complete:
            raise httptools.HttpParserError

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header."""
        name = name.lower()
        if name == LENGTH:
            self._length = int(value)
        elif name == b"transfer-encoding":
            self._chunked = True
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Decide how the body is taken."""
        status = self._parser.get_status_code()
        if status < INFORMATIONAL_BELOW:
            return
        self._status = status
        self.reusable = self._parser.should_keep_alive()
        if self._head_only or status in WITHOUT_BODY:
            # The parser waits for as many bytes as a GET would have brought.
            self.reusable = self.reusable and not self._length and not self._chunked
            if not self._head_only:
                self._headers = [header for header in self._headers if header[0] != LENGTH]
            self._finish()
        elif self._length is None or self._length > WHOLE_BYTES_MAX:
            self._give(Answer(status, self._headers, None))

    def on_body(self, body: bytes) -> None:
        """Keep a piece, and read no further than the reader follows."""
        self._pieces.append(body)
        self._buffered += len(body)
        if self._buffered > BUFFERED_BYTES_MAX and not self._transport.is_closing():
            self._transport.pause_reading()
        self._wake_reader()

    def on_message_complete(self) -> None:
        """Give a whole answer, or let the reader of a long one finish."""
        if not self._status:
            self._headers, self._length = [], None
        elif not self._complete:
            self._finish()

    def _finish(self) -> None:
        self._complete = True
        if not self._transport.is_closing():
            # Whoever uses the connection next must be heard, though this reader lags behind.
            self._transport.resume_reading()
        self._give(Answer(self._status, self._headers, b"".join(self._pieces)))
        self._wake_reader()

    def _give(self, answer: Answer) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def _wake_reader(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _end(self, reason: str) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Broken(reason, heard=self._heard))
        self._wake_reader()

    # What the pool calls

    @property
    def open(self) -> bool:
        """Whether another request can be sent."""
        return not self._lost and not self._transport.is_closing()

    @property
    def finished(self) -> bool:
        """Whether the last answer has come wholly."""
        return self._complete

    def close(self) -> None:
        """End the connection at once."""
        self.reusable = False
        self._transport.abort()

    async def exchange(
        self, head: bytes, body: bytes | AsyncIterator[bytes], *, head_only: bool, seconds: float
    ) -> Answer:
        """Send a request and give its answer; raises Broken, TimeoutError, or the body's own."""
        self._begin(head_only=head_only)
        answer = self._answer = self._loop.create_future()
        timer = self._loop.call_later(seconds, self._expire, answer)
        try:
            if isinstance(body, bytes):
                self._transport.write(head + body)
            else:
                self._transport.write(head)
                await self._send(body, answer)
            given: Answer = await answer
        except BaseException:
            self.close()
            if not answer.cancel() and not answer.cancelled():
                answer.exception()  # Two things went wrong at once: only one is told.
            raise
        finally:
            timer.cancel()
        self.used = True
        return given

    async def _send(self, frames: AsyncIterator[bytes], answer: asyncio.Future[Answer]) -> None:
        """Send a long body; a service that has answered needs no more of it."""
        async for frame in frames:
            await self._writable.wait()
            if answer.done() or self._lost:
                self.reusable = False
                return
            self._transport.write(frame)

    @staticmethod
    def _expire(answer: asyncio.Future[Answer]) -> None:
        if not answer.done():
            answer.set_exception(TimeoutError())

    async def pieces(self, *, seconds: float) -> AsyncIterator[bytes]:
        """Read a long answer's body; raises Broken or TimeoutError when it stops midway."""
        while True:
            if self._pieces:
                taken, self._pieces, self._buffered = b"".join(self._pieces), [], 0
                if not self._complete and self.open:
                    self._transport.resume_reading()
                yield taken
            elif self._complete:
                return
            elif not self.open:
                raise Broken("connection closed", heard=True)
            else:
                self._wake = self._loop.create_future()
                async with asyncio.timeout(seconds):
                    await self._wake
