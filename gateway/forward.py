"""Sends a request on to the owner of the data and its answer back, over kept connections.

A bare ASGI class over a pool of our own: what a hop costs is nearly all spent in client libraries.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import structlog
from starlette.types import Receive, Scope, Send

from gateway import bodies, headers
from gateway.bodies import Body
from gateway.headers import Header
from gateway.places import Place, Places
from gateway.routes import READ, Service
from gateway.settings import GatewaySettings
from gateway.upstream.connection import Answer, Broken
from gateway.upstream.pool import Pool, Unreachable
from shared.errors import Unavailable
from shared.tracing import Trace

STREAMED = frozenset({"POST", "PATCH"})
"""Methods whose body may be long, on a route that streams."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the door has admitted it."""

    service: Service
    scope: Scope
    headers: dict[bytes, bytes]
    trace: Trace
    caller: str
    """Whose share of the long places it takes."""
    streams: bool
    """Whether its route takes a long body."""
    sender: str | None = None
    """Which network it comes from, where the service is to know."""

    @property
    def target(self) -> bytes:
        """Path and query as they came."""
        path: bytes = self.scope["raw_path"]
        return path + b"?" + self.scope["query_string"] if self.scope["query_string"] else path

    @property
    def repeatable(self) -> bool:
        """Whether a second one does no harm."""
        return self.scope["method"] in READ or b"idempotency-key" in self.headers


class Forwarder:
    """Forwards to the four services; one that is away or slow costs the others nothing."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._pools = {
            service: Pool(url, connect_seconds=settings.connect_seconds_max)
            for service, url in settings.upstreams().items()
        }
        self._places = {service: Places(service, settings) for service in Service}
        self._collection = bodies.Collection()
        self._answer_seconds = settings.answer_seconds_max
        # While a long body is still going up, the service has no reason to answer.
        self._import_seconds = settings.import_seconds_max

    def close(self) -> None:
        """Let every idle connection go."""
        for pool in self._pools.values():
            pool.close()

    async def probe(self, service: Service, path: str, *, seconds: float) -> int:
        """Ask a service for its state, outside every limit; gives the status, raises OSError."""
        async with self._pools[service].ask(
            "GET", path.encode(), (), b"", seconds=seconds, repeatable=True
        ) as (answer, _):
            return answer.status

    async def fetch(
        self,
        service: Service,
        target: bytes,
        sent_headers: Sequence[Header],
        *,
        seconds: float,
        caller: str,
    ) -> Answer:
        """GET something short for an answer that the gateway composes; raises Unavailable."""
        place = await self._places[service].enter(caller, long=False)
        try:
            async with self._pools[service].ask(
                "GET", target, sent_headers, b"", seconds=seconds, repeatable=True
            ) as (answer, _):
                return answer
        except (Unreachable, Broken, TimeoutError) as failure:
            raise _problem(service, failure, repeatable=True) from failure
        finally:
            place.leave()

    async def __call__(self, request: Request, receive: Receive, send: Send) -> None:
        """Forward one request; raises Problem while no answer has been started."""
        streams = request.streams and request.scope["method"] in STREAMED
        try:
            # A place is taken when the body is here: a slow client holds none.
            body = await bodies.take(
                receive,
                request.headers,
                streams=streams,
                collection=self._collection,
                caller=request.caller,
            )
            place = await self._places[request.service].enter(
                request.caller, long=not isinstance(body, bytes)
            )
            try:
                answer = await self._ask(request, body, place, receive, send)
            finally:
                place.leave()
        except bodies.ClientGone:
            return
        if answer.whole is not None:
            await send(_start(answer))
            await send({"type": "http.response.body", "body": answer.whole})

    async def _ask(
        self, request: Request, body: Body, place: Place, receive: Receive, send: Send
    ) -> Answer:
        """Give the answer; one that is long has been passed on already."""
        whole, started = isinstance(body, bytes), False
        sent_headers = headers.to_service(
            request.scope["headers"], request.headers, request.trace, request.sender
        )
        try:
            async with self._pools[request.service].ask(
                request.scope["method"],
                request.target,
                sent_headers,
                body,
                seconds=self._answer_seconds if whole else self._import_seconds,
                repeatable=whole and request.repeatable,
                length=b"" if whole else request.headers.get(b"content-length", b""),
            ) as (answer, pieces):
                if answer.whole is None:
                    place.lengthen()
                    started = True
                    await send(_start(answer))
                    await _pass_on(pieces, receive, send)
                return answer
        except (Unreachable, Broken, TimeoutError) as failure:
            # Only its name: a failure's own words may quote what was sent.
            log.warning(
                "service did not answer",
                service=request.service,
                request_id=request.trace.request_id,
                error=type(failure).__name__,
            )
            if started:
                raise
            raise _problem(request.service, failure, repeatable=request.repeatable) from failure


def _start(answer: Answer) -> dict[str, object]:
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": headers.to_client(answer.headers),
    }


async def _pass_on(pieces: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send a long answer's body at the client's pace; raises ClientGone when it hangs up."""
    gone = asyncio.ensure_future(_hung_up(receive))
    try:
        async for piece in pieces:
            if gone.done():
                raise bodies.ClientGone
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def _problem(service: Service, failure: Exception, *, repeatable: bool) -> Unavailable:
    if isinstance(failure, Unreachable):
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
