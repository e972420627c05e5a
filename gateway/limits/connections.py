"""The connections of clients: a slow or endless one is closed before it costs the others.

uvicorn bounds neither how long a request's head may take nor how large it may be, and waits for
ever for a reader that takes nothing: `uvicorn --http gateway.limits.connections:Patient`.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from shared.errors import MEDIA_TYPE

CONNECTIONS_MAX = 4096
"""Above this a new connection is dropped unread; below half the usual bound of open files."""
HEAD_SECONDS_MAX = 10.0
HEAD_BYTES_MAX = 32 * 1024
HEAD_FIELDS_MAX = 100
URL_BYTES_MAX = 8 * 1024
STALLED_SECONDS_MAX = 20.0
"""For how long a reader may take less than the transport's buffers hold, some 48 KiB."""
LINGER_SECONDS_MAX = 5.0
"""For how long the rest of a body is read and thrown away once its answer has been sent."""

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
        self._head_bytes = 0
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
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES_MAX:
            self._refuse(HEAD_TOO_LARGE)
        elif self._head_timer is None:
            self._await_head()

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Refuse a head beyond the bounds before anything acts on it."""
        self._stop_head_timer()
        self._in_head, self._body_open = False, True
        if len(self.url) > URL_BYTES_MAX:
            self._stop_parsing(URL_TOO_LONG)
        size = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > HEAD_FIELDS_MAX or size > HEAD_BYTES_MAX:
            self._stop_parsing(HEAD_TOO_LARGE)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the whole request is here."""
        self._body_open = False
        self._stop("linger")
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Give a client that still sends a moment to see its answer."""
        super().on_response_complete()
        if self._body_open and not self.transport.is_closing():
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

    def _stop_parsing(self, status: int) -> None:
        """Make the parser fail, whose caller then refuses."""
        self._refused_as = status
        raise httptools.HttpParserError

    def _refuse(self, status: int) -> None:
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
