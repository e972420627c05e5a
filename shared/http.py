"""Pure ASGI layers around every web application: request id, measures, bounded bodies."""

import time
from collections.abc import Mapping

import structlog
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import telemetry, tracing
from shared.errors import NotFound, TooLarge, Unprocessable, answer

log = structlog.get_logger()

BODY_BYTES_MAX = 1024 * 1024

SECONDS = Histogram(
    "motcua_http_request_seconds",
    "Seconds from a request to the end of its answer.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class Layers:
    """Names each request, measures it, and refuses a body larger than this door takes."""

    def __init__(self, app: ASGIApp, *, streamed_paths: frozenset[str] = frozenset()) -> None:
        self.app = app
        self._streamed = streamed_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        trace, span = telemetry.begin(tracing.begin(headers))
        request_id = (tracing.REQUEST_ID, trace.request_id.encode())
        started, status = time.perf_counter(), 500

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", [])
                message["headers"] = [*message["headers"], request_id]
            await send(message)

        try:
            await self._answer(scope, receive, send_named, headers)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            seconds = time.perf_counter() - started
            SECONDS.labels(scope["method"], route, str(status)).observe(seconds)
            telemetry.end(span, trace, method=scope["method"], route=route, status=status)
            log.debug("answered", method=scope["method"], route=route, status=status)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, headers: Mapping[bytes, bytes]
    ) -> None:
        # PostgreSQL takes no NUL in a text: nothing here bears such a name or such a value.
        if "\x00" in scope["path"]:
            await answer(NotFound("Không có địa chỉ này."))(scope, receive, send)
            return
        if b"%00" in scope["query_string"]:
            await answer(_no_query())(scope, receive, send)
            return
        if not self._is_streamed(scope["path"]):
            if int(headers.get(b"content-length", b"0") or b"0") > BODY_BYTES_MAX:
                await answer(_too_large())(scope, receive, send)
                return
            receive = _bounded(receive)
        await self.app(scope, receive, send)

    def _is_streamed(self, path: str) -> bool:
        """Whether the path is one of these, or lies right below one that ends in a slash."""
        return path in self._streamed or f"{path.rpartition('/')[0]}/" in self._streamed


def _no_query() -> Unprocessable:
    return Unprocessable("Tham số chứa ký tự không hợp lệ.", code="malformed")


def _too_large() -> TooLarge:
    return TooLarge(f"Nội dung gửi lên không được quá {BODY_BYTES_MAX // 1024} KiB.")


def _bounded(receive: Receive) -> Receive:
    """Stop reading a chunked body that grows past the bound."""
    taken = 0

    async def receive_bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_BYTES_MAX:
            raise _too_large()
        return message

    return receive_bounded
