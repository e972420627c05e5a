"""The connections of clients: a slow or endless one is closed before it costs the others.

uvicorn bounds neither how long a request's head may take nor how large it may be, and waits for
ever for a reader that takes nothing: `uvicorn --http gateway.limits.connections:Patient`.
"""

import asyncio
import re
from collections.abc import Callable, Collection
from typing import Any

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from shared.errors import MEDIA_TYPE

CONNECTIONS_MAX = 4096
"""Above this a new connection is dropped unread; below half the usual bound of open files."""
HEAD_SECONDS_MAX = 10.0
HEAD_BYTES_MAX = 32 * 1024
"""Of a head, and of what stands between two pieces of a body: extensions of chunks, trailers."""
HEAD_FIELDS_MAX = 100
URL_BYTES_MAX = 8 * 1024
STALLED_SECONDS_MAX = 20.0
"""For how long a reader may take less than the transport's buffers hold, some 48 KiB."""
LINGER_SECONDS_MAX = 5.0
"""For how long the rest of a body is read and thrown away once its answer has been sent."""

UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
UNHEEDED = b"\r\nkeep-alive:"
"""A header that nothing heeds and that goes no further than this connection."""
ONLY_ONCE = (b"host", b"authorization")
"""Who reads the first of two would see another request than who reads the last (RFC 9112 3.2)."""

BAD_REQUEST, URL_TOO_LONG, HEAD_TOO_LARGE = 400, 414, 431
REFUSALS = {
    BAD_REQUEST: ("malformed_http", "Yêu cầu không đúng giao thức HTTP."),
    URL_TOO_LONG: ("url_too_long", f"Địa chỉ không được dài quá {URL_BYTES_MAX // 1024} KiB."),
    HEAD_TOO_LARGE: (
        "headers_too_large",
        f"Tiêu đề không được quá {HEAD_FIELDS_MAX} dòng hay {HEAD_BYTES_MAX // 1024} KiB.",
    ),
}


class Patient(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 connection, patient only within bounds."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._refused_as = BAD_REQUEST
        self._in_head = True
        self._bytes_beside_body = 0
        self._brings_body = False
        self._body_open = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._other_timers: dict[str, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request's head."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all waiting."""
        self._stop_head_timer()
        for name in list(self._other_timers):
            self._stop(name)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that comes in one piece, as nearly all do, arms no timer."""
        self._brings_body = False
        super().data_received(data if self._body_open else _without_upgrade(data))
        if self.transport.is_closing():
            return
        if not self._brings_body:
            self._bytes_beside_body += len(data)
        if not self._in_head and not self._body_open and self._is_idle:
            # Empty lines before a head are none, and stop the wait for it.
            self._in_head = True
        if self._bytes_beside_body > HEAD_BYTES_MAX and (self._in_head or self._body_open):
            self._refuse(HEAD_TOO_LARGE)
        elif self._in_head and self._head_timer is None:
            self._await_head()

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        super().on_message_begin()
        self._in_head, self._bytes_beside_body = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer comes when everything has been decided, and is left out."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Refuse a head beyond the bounds before anything acts on it."""
        self._stop_head_timer()
        self._in_head, self._body_open = False, True
        if len(self.url) > URL_BYTES_MAX:
            self._stop_parsing(URL_TOO_LONG)
        size = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > HEAD_FIELDS_MAX or size > HEAD_BYTES_MAX:
            self._stop_parsing(HEAD_TOO_LARGE)
        names = [name for name, _ in self.headers]
        upgrades = self.parser.should_upgrade()
        nowhere = b"host" not in names and self.parser.get_http_version() == "1.1"
        twice = any(names.count(name) > 1 for name in ONLY_ONCE)
        if nowhere or twice or (upgrades and _brings(names)):
            self._stop_parsing(BAD_REQUEST)
        super().on_headers_complete()
        if upgrades:
            # What follows is no request, whatever it looks like.
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self._brings_body, self._bytes_beside_body = True, 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the whole request is here."""
        self._body_open = False
        self._stop("linger")
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Give a client that still sends a moment to see its answer."""
        super().on_response_complete()
        # What is still sent may belong to a later request, whose answer is to come.
        if self._body_open and self._is_idle and not self.transport.is_closing():
            self._start("linger", LINGER_SECONDS_MAX, self.transport.abort)

    def pause_writing(self) -> None:
        """Begin to wait for a reader that takes nothing."""
        super().pause_writing()
        self._start("stalled", STALLED_SECONDS_MAX, self.transport.abort)

    def resume_writing(self) -> None:
        """The reader reads again."""
        super().resume_writing()
        self._stop("stalled")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - its words are English
        """Refuse what cannot be read, as a problem like every other refusal."""
        self._refuse(self._refused_as)

    @property
    def _is_idle(self) -> bool:
        """Whether every request that came has its answer."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def _is_answering(self) -> bool:
        """Whether an earlier request waits for its answer, or this one's has begun."""
        if self.cycle is None:
            return False
        is_this = self.cycle.scope is self.scope
        return self.cycle.response_started if is_this else not self.cycle.response_complete

    def _should_upgrade(self) -> bool:
        """Speak nothing but HTTP/1.1 here (RFC 9110 7.8 lets a server ignore the wish)."""
        return False

    def _stop_parsing(self, status: int) -> None:
        """Make the parser fail, whose caller then refuses."""
        self._refused_as = status
        raise httptools.HttpParserError

    def _refuse(self, status: int) -> None:
        if self._is_answering:
            # This refusal would be taken for the answer to another request, or for a part of one.
            self.transport.abort()
            return
        code, detail = REFUSALS[status]
        problem = {
            "type": f"urn:motcua:problem:{code}",
            "title": "Yêu cầu không hợp lệ",
            "status": status,
            "detail": detail,
            "code": code,
        }
        body = orjson.dumps(problem)
        self.transport.write(
            b"%bcontent-type: %b\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
            % (STATUS_LINE[status], MEDIA_TYPE.encode(), len(body), body)
        )
        self.transport.close()

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS_MAX, self.transport.abort)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _start(self, name: str, seconds: float, act: Callable[[], None]) -> None:
        self._stop(name)
        self._other_timers[name] = self.loop.call_later(seconds, act)

    def _stop(self, name: str) -> None:
        timer = self._other_timers.pop(name, None)
        if timer is not None:
            timer.cancel()


def _without_upgrade(data: bytes) -> bytes:
    """Hide the wish to speak something else, of which the parser would lose the body.

    Java's own client wishes for HTTP/2 with each first request to a plain address.
    """
    head_end = data.find(b"\r\n\r\n")
    wish = UPGRADE.search(data, 0, head_end if head_end >= 0 else len(data))
    if wish is None:
        return data
    return data[: wish.start()] + UNHEEDED + data[wish.end() :]


def _brings(names: Collection[bytes]) -> bool:
    """Whether a body follows; of a request to upgrade the parser would read it as a request."""
    return b"content-length" in names or b"transfer-encoding" in names
