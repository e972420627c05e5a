"""The front of the gateway: names the request, checks who may enter, forwards or answers itself."""

import time

import uuid_utils.compat as uuid
from fastapi import FastAPI
from prometheus_client import Histogram
from starlette.types import Message, Receive, Scope, Send

from gateway import routes
from gateway.forward import Forwarder
from gateway.headers import REQUEST_ID
from gateway.routes import Route
from shared.errors import Forbidden, NotFound, Problem, Unauthenticated, answer
from shared.http import ACCEPTED_REQUEST_ID
from shared.identity import Verifier

SECONDS = Histogram(
    "motcua_gateway_request_seconds",
    "Seconds from a request to the end of its answer, by the service that answered.",
    ["service", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
OWN = "gateway"


class Door:
    """A bare ASGI application in front of the gateway's own routes."""

    def __init__(self, own: FastAPI, forwarder: Forwarder, verifier: Verifier) -> None:
        self._own = own
        self._forwarder = forwarder
        self._verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through; the lifespan belongs to the gateway's own application."""
        if scope["type"] != "http":
            await self._own(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        headers = dict(scope["headers"])
        given = headers.get(REQUEST_ID, b"")
        request_id = given if ACCEPTED_REQUEST_ID.fullmatch(given) else uuid.uuid7().hex.encode()
        route = routes.find(scope["path"])

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (REQUEST_ID, request_id)]
            await send(message)

        try:
            if route is not None:
                self._admit(route, scope["method"], headers.get(b"authorization"))
                await self._forwarder(
                    route,
                    scope,
                    receive,
                    send_named,
                    request_headers=headers,
                    request_id=request_id,
                )
            elif scope["path"].startswith(routes.VERSION):
                raise NotFound("Không có địa chỉ này; xem /docs.", code="path_unknown")
            else:
                await self._own(scope, receive, send_named)
        except Problem as problem:
            await answer(problem)(scope, receive, send_named)
        finally:
            service = route.service if route else OWN
            SECONDS.labels(service, str(status)).observe(time.perf_counter() - started)

    def _admit(self, route: Route, method: str, authorization: bytes | None) -> None:
        """Let the request in; raises Unauthenticated or Forbidden. The service checks again."""
        if method in route.public:
            return
        scheme, _, token = (authorization or b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated(
                "Cần gửi mã truy cập ở tiêu đề Authorization.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        principal = self._verifier.verify(token.strip())
        if route.roles and not principal.may(*route.roles):
            raise Forbidden("Vai trò của bạn không được làm việc này.", code="role_missing")
