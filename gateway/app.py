"""The gateway's web process: `uvicorn --factory gateway.app:create`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from gateway import broker, deprecations, docs, health, issuing
from gateway import settings as gateway_settings
from gateway.broker import Broker
from gateway.composition import api as composing
from gateway.deprecations import Deprecations
from gateway.door import OWN, Door
from gateway.feed import api as feed
from gateway.forward import Forwarder
from gateway.limits.gates import Gate
from gateway.limits.limiter import Limiter
from gateway.openapi import Catalogue, Document
from gateway.settings import GatewaySettings
from gateway.webhooks import api as webhooks
from gateway.webhooks.office import Office
from shared import errors, garbage, logging, telemetry
from shared.answers import Answers
from shared.identity import Verifier

LINKS = {
    "name": "Một Cửa",
    "docs": "/docs",
    "reference": "/redoc",
    "openapi": "/openapi.json",
    "asyncapi": "/asyncapi.json",
    "live": "/health/live",
    "ready": "/health/ready",
}


def create(settings: GatewaySettings | None = None) -> Door:
    """Assemble the gateway: the door in front, its own few routes behind."""
    settings = settings or gateway_settings.load()
    logging.configure("gateway", settings.kernel.log_level)
    telemetry.configure("gateway")
    forwarder, verifier = Forwarder(settings), Verifier(settings.kernel)
    limiter = Limiter(scale=settings.budget_scale, trusted_proxies=settings.trusted_proxies)
    own_gate = Gate(
        OWN,
        inside_max=settings.requests_per_service_max,
        waiting_max=settings.waiting_per_service_max,
        wait_seconds_max=settings.wait_seconds_max,
    )
    leaving = Deprecations(deprecations.DEPRECATED)
    own = _own(settings, forwarder, verifier, leaving)
    return Door(own, forwarder, verifier, limiter=limiter, own_gate=own_gate, deprecations=leaving)


def own_document() -> Document:
    """The gateway's own part of the merged document; nothing is started."""
    settings = gateway_settings.load()
    verifier = Verifier(settings.kernel)
    return _own(settings, Forwarder(settings), verifier, Deprecations(())).openapi()


def _own(
    settings: GatewaySettings, forwarder: Forwarder, verifier: Verifier, leaving: Deprecations
) -> FastAPI:
    events = Broker(settings.kernel.nats_url, "gateway")
    office = Office(settings, events)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        garbage.settle()
        async with verifier.running():
            yield
        forwarder.close()
        await office.close()
        await events.close()

    app = FastAPI(
        title="Một Cửa",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=telemetry.FRAMEWORK_OFF,
    )
    app.state.verifier = verifier
    app.state.broker = events
    app.state.office = office
    errors.install(app)
    broker.install(app)
    catalogue = Catalogue(settings.upstreams(), app.openapi, leaving)

    @app.get("/")
    async def start() -> dict[str, str]:
        return LINKS

    @app.get("/openapi.json")
    async def openapi() -> JSONResponse:
        return JSONResponse(await catalogue.document())

    app.include_router(docs.router)
    app.include_router(feed.router)
    app.include_router(webhooks.router)
    app.include_router(composing.router(forwarder, settings))
    app.add_middleware(Answers, versioned=True)
    app.include_router(health.router(forwarder))
    app.include_router(issuing.router(settings.kernel))
    return app
