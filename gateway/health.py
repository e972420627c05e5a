"""Whether the gateway lives, and whether the services behind it can be reached."""

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gateway.forward import Forwarder
from gateway.routes import Service

PROBE_SECONDS_MAX = 2.0
SUCCESS = range(200, 300)
READY = "ready"


def router(forwarder: Forwarder) -> APIRouter:
    """The gateway's own probes.

    A load balancer asks `live`: while one service is away the gateway still serves the others.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @routes.get("/health/ready")
    async def ready() -> JSONResponse:
        states = await asyncio.gather(*(_probe(forwarder, service) for service in Service))
        all_ready = all(state == READY for state in states)
        body = {
            "status": READY if all_ready else "not_ready",
            "services": dict(zip(Service, states, strict=True)),
        }
        return JSONResponse(body, 200 if all_ready else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _probe(forwarder: Forwarder, service: Service) -> str:
    try:
        status = await forwarder.probe(service, "/health/ready", seconds=PROBE_SECONDS_MAX)
    except OSError:
        return "unreachable"
    return READY if status in SUCCESS else "not_ready"
