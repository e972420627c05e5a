"""The front of the gateway: names the request, checks who may enter, forwards or answers itself."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import structlog
from fastapi import FastAPI
from prometheus_client import Histogram
from starlette.types import Message, Receive, Scope, Send

from gateway import routes
from gateway.composition.api import composes
from gateway.deprecations import Deprecations, Headers
from gateway.forward import Forwarder, Request
from gateway.limits import costs
from gateway.limits.gates import Gate
from gateway.limits.limiter import Limiter, Standing
from gateway.routes import Route, Service
from shared import telemetry, tracing
from shared.errors import Forbidden, NotFound, Problem, Unauthenticated, Unavailable, answer
from shared.identity import Principal, Role, Verifier

SECONDS = Histogram(
    "motcua_gateway_request_seconds",
    "Seconds from a request to the end of its answer, by the service that answered.",
    ["service", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
OWN = "gateway"
log = structlog.get_logger()


@dataclass(slots=True)
class Passage:
    """One request on its way through the door, and what its answer must tell."""

    scope: Scope
    headers: dict[bytes, bytes]
    trace: tracing.Trace
    route: Route | None
    send: Send
    leaving: Headers
    """What an operation that will leave says of it."""
    standing: Standing | None = None
    status: int = 500

    async def send_named(self, message: Message) -> None:
        """Send, with the request's id and what is left of its caller's budget."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            added = [(tracing.REQUEST_ID, self.trace.request_id.encode()), *self.leaving]
            if self.standing is not None:
                added += self.standing.headers()
            message["headers"] = [*message["headers"], *added]
        await self.send(message)


class Door:
    """A bare ASGI application in front of the gateway's own routes."""

    def __init__(
        self,
        own: FastAPI,
        forwarder: Forwarder,
        verifier: Verifier,
        *,
        limiter: Limiter,
        own_gate: Gate,
        deprecations: Deprecations,
    ) -> None:
        self._own = own
        self._forwarder = forwarder
        self._verifier = verifier
        self._limiter = limiter
        self._own_gate = own_gate
        self._deprecations = deprecations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through; the lifespan belongs to the gateway's own application."""
        if scope["type"] != "http":
            await self._own(scope, receive, send)
            return
        started = time.perf_counter()
        if scope["method"] == "HEAD":
            # Asked and charged as the GET it stands for; our server leaves out the body.
            scope = {**scope, "method": "GET"}
        headers = dict(scope["headers"])
        route = routes.find(scope["path"])
        trace, span = telemetry.begin(tracing.begin(headers))
        leaving = self._deprecations.headers(scope["method"], scope["path"])
        passage = Passage(scope, headers, trace, route, send, leaving)
        try:
            await self._pass(passage, receive)
        except Problem as problem:
            await answer(problem)(scope, receive, passage.send_named)
        finally:
            service, prefix = (route.service or OWN, route.prefix) if route else (OWN, "")
            _seconds(service, prefix, passage.status).observe(time.perf_counter() - started)
            telemetry.end(span, trace, method=scope["method"], route=prefix, status=passage.status)
            log.debug("answered", service=service, route=prefix, status=passage.status)

    async def _pass(self, passage: Passage, receive: Receive) -> None:
        """Admit, charge, and answer; raises Problem."""
        scope, route = passage.scope, passage.route
        standing = await self._admit(passage)
        if route is None and scope["path"].startswith(routes.VERSION):
            raise NotFound("Không có địa chỉ này; xem /docs.", code="path_unknown")
        if route is None:
            await self._own(scope, receive, passage.send_named)
        elif composes(scope):
            # Each of its questions takes a place before the service that is asked.
            await self._own(scope, receive, passage.send_named)
        elif route.service is None:
            async with self._own_gate.held():
                await self._own(scope, receive, passage.send_named)
        else:
            request = Request(
                service=route.service,
                scope=scope,
                headers=passage.headers,
                trace=passage.trace,
                caller=standing.caller,
                streams=route.streams,
                sender=self._sender(passage, route),
            )
            await self._forwarder(request, receive, passage.send_named)

    async def _admit(self, passage: Passage) -> Standing:
        """Charge the caller and let it in; raises Problem. The service checks the token again.

        Whoever shows a token that does not stand is charged as the public is.
        """
        scope, route = passage.scope, passage.route
        principal, refusal = await self._named(passage.headers)
        cost = costs.of(route, scope["method"], scope["path"], scope["query_string"])
        passage.standing = self._limiter.charge(scope, passage.headers, principal, cost)
        passage.standing.require()
        scope.setdefault("state", {}).update(principal=principal, caller=passage.standing.caller)
        if route is not None and scope["method"] not in route.public:
            if principal is None:
                raise refusal or _missing()
            if route.roles and not principal.may(*route.roles):
                raise Forbidden("Vai trò của bạn không được làm việc này.", code="role_missing")
        return passage.standing

    def _sender(self, passage: Passage, route: Route) -> str | None:
        """Tell the survey, and nobody else, which network speaks; through a portal all do."""
        principal: Principal | None = passage.scope["state"]["principal"]
        if route.service is not Service.SURVEY or (principal and principal.may(Role.PORTAL)):
            return None
        return self._limiter.network(passage.scope, passage.headers)

    async def _named(
        self, headers: Mapping[bytes, bytes]
    ) -> tuple[Principal | None, Problem | None]:
        """Name the caller; nobody, with the reason, when its token does not stand."""
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None, None
        try:
            return await self._verifier.verify(token.strip()), None
        except (Unauthenticated, Unavailable) as refusal:
            return None, refusal


@cache
def _seconds(service: str, prefix: str, status: int) -> Histogram:
    """The measure with these labels, looked up once: there are as many as routes and statuses."""
    return SECONDS.labels(service, prefix, str(status))


def _missing() -> Unauthenticated:
    return Unauthenticated(
        "Cần gửi mã truy cập ở tiêu đề Authorization.", headers={"WWW-Authenticate": "Bearer"}
    )
