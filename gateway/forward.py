"""Sends a request on to the owner of the data and its answer back, over kept connections.

A bare ASGI class over an aiohttp pool: the same hop as a FastAPI route over httpx costs fifteen
times as much.
"""

from collections.abc import Mapping

import aiohttp
import structlog
from starlette.types import Receive, Scope, Send
from yarl import URL

from gateway import bodies, headers
from gateway.bodies import BUFFERED_BYTES_MAX, Body
from gateway.routes import READ, Route, Service
from gateway.settings import GatewaySettings
from shared.errors import Unavailable

KEEP_ALIVE_SECONDS = 60
"""Below the services' 75 s, so that it is the gateway that lets an idle connection go."""

log = structlog.get_logger()

STREAMED = frozenset({"POST", "PATCH"})
"""Methods whose body may be long, on a route that streams."""

NOT_ADDED = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
"""aiohttp would write these where the client sent none."""


class Forwarder:
    """Forwards to the four services; one that is away costs the others nothing."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._urls = settings.upstreams()
        self._connections_max = settings.connections_per_service_max
        self._wait = aiohttp.ClientTimeout(
            total=None,
            connect=settings.connect_seconds_max,
            sock_connect=settings.connect_seconds_max,
            sock_read=settings.answer_seconds_max,
        )
        # While a long body is still going up, the service has no reason to answer.
        self._wait_streaming = aiohttp.ClientTimeout(
            total=settings.import_seconds_max, sock_connect=settings.connect_seconds_max
        )
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The pool of kept connections, opened at first use inside the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections_max * len(Service),
                    limit_per_host=self._connections_max,
                    keepalive_timeout=KEEP_ALIVE_SECONDS,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=NOT_ADDED,
            )
        return self._session

    async def close(self) -> None:
        """Let every connection go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __call__(
        self,
        route: Route,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        request_headers: Mapping[bytes, bytes],
        request_id: bytes,
    ) -> None:
        """Forward one request; raises Problem while no answer has been started."""
        streams = route.streams and scope["method"] in STREAMED
        try:
            body = await bodies.take(receive, request_headers, streams=streams)
            sent_headers = headers.to_service(scope["headers"], request_headers, request_id)
            upstream = await self._send(route.service, scope, sent_headers, body)
            start = {
                "type": "http.response.start",
                "status": upstream.status,
                "headers": headers.to_client(upstream.raw_headers),
            }
            whole = await upstream.read() if _is_small(upstream) else None
        except bodies.ClientGone:
            return
        except (aiohttp.ClientError, TimeoutError) as failure:
            # Only its name: the failure's own words quote headers and body.
            log.warning(
                "service did not answer",
                service=route.service,
                request_id=request_id.decode(),
                error=type(failure).__name__,
            )
            repeatable = scope["method"] in READ or b"idempotency-key" in request_headers
            raise _problem(route.service, failure, repeatable=repeatable) from failure
        async with upstream:
            await send(start)
            if whole is None:
                async for chunk in upstream.content.iter_any():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": whole or b""})

    async def _send(
        self, service: Service, scope: Scope, sent_headers: list[tuple[str, str]], body: Body
    ) -> aiohttp.ClientResponse:
        target = self._urls[service] + scope["raw_path"].decode("ascii")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("ascii")
        url, whole = URL(target, encoded=True), isinstance(body, bytes)
        method, wait = scope["method"], self._wait if whole else self._wait_streaming
        # A GET on a stale connection is repeated by aiohttp itself; a write only when its key
        # makes the second one harmless.
        keyed = any(name == "idempotency-key" for name, _ in sent_headers)
        repeatable = whole and keyed
        while True:
            try:
                return await self.session.request(
                    method,
                    url,
                    headers=sent_headers,
                    data=body or None,
                    timeout=wait,
                    allow_redirects=False,
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as broken:
                if not repeatable or isinstance(broken, aiohttp.ClientConnectorError):
                    raise
                repeatable = False


def _is_small(upstream: aiohttp.ClientResponse) -> bool:
    length = upstream.content_length
    return upstream.method == "HEAD" or (length is not None and length <= BUFFERED_BYTES_MAX)


def _problem(service: Service, failure: Exception, *, repeatable: bool) -> Unavailable:
    if isinstance(failure, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Unavailable(
            f"Dịch vụ {service} tạm thời chưa phục vụ được; hãy thử lại sau giây lát.",
            code="service_unreachable",
            service=service,
        )
    if repeatable:
        return Unavailable(
            f"Dịch vụ {service} chưa trả lời; hãy gửi lại đúng yêu cầu này.",
            code="service_interrupted",
            service=service,
        )
    return Unavailable(
        f"Dịch vụ {service} chưa trả lời và có thể đã thực hiện yêu cầu; "
        "hãy tra cứu kết quả trước khi gửi lại.",
        code="outcome_unknown",
        service=service,
    )
