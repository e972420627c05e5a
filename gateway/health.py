"""Whether the gateway lives, and whether the services behind it can be reached."""

import asyncio
from time import monotonic

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gateway.forward import Forwarder
from gateway.routes import Service

PROBE_SECONDS_MAX = 2.0
KEPT_SECONDS = 1.0
"""For how long what was found stands: whoever asks in a flood asks nobody behind us."""
SUCCESS = range(200, 300)
READY = "ready"


def router(forwarder: Forwarder) -> APIRouter:
    """The gateway's own probes.

    A load balancer asks `live`: while one service is away the gateway still serves the others.
    """
    routes = APIRouter(include_in_schema=False)
    states = _States(forwarder)

    @routes.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @routes.get("/health/ready")
    async def ready() -> JSONResponse:
        found = await states.now()
        all_ready = all(state == READY for state in found)
        body = {
            "status": READY if all_ready else "not_ready",
            "services": dict(zip(Service, found, strict=True)),
        }
        return JSONResponse(body, 200 if all_ready else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


class _States:
    """How the services stand, asked once for all who want to know."""

    def __init__(self, forwarder: Forwarder) -> None:
        self._forwarder = forwarder
        self._asking: asyncio.Task[list[str]] | None = None
        self._asked_at = float("-inf")

    async def now(self) -> list[str]:
        """The state of each service, a moment old at most."""
        if self._asking is None or monotonic() - self._asked_at >= KEPT_SECONDS:
            self._asked_at = monotonic()
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> list[str]:
        return await asyncio.gather(*(_probe(self._forwarder, service) for service in Service))


async def _probe(forwarder: Forwarder, service: Service) -> str:
    try:
        status = await forwarder.probe(service, "/health/ready", seconds=PROBE_SECONDS_MAX)
    except OSError:
        return "unreachable"
    return READY if status in SUCCESS else "not_ready"
