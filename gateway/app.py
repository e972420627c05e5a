"""The gateway's web process: `uvicorn --factory gateway.app:create`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from gateway import docs, health
from gateway import settings as gateway_settings
from gateway.door import Door
from gateway.forward import Forwarder
from gateway.openapi import Catalogue
from gateway.settings import GatewaySettings
from shared import errors, logging
from shared.identity import Verifier

LINKS = {
    "name": "Một Cửa",
    "docs": "/docs",
    "openapi": "/openapi.json",
    "live": "/health/live",
    "ready": "/health/ready",
}


def create(settings: GatewaySettings | None = None) -> Door:
    """Assemble the gateway: the door in front, its own few routes behind."""
    settings = settings or gateway_settings.load()
    logging.configure("gateway", settings.kernel.log_level)
    forwarder = Forwarder(settings)
    return Door(_own(settings, forwarder), forwarder, Verifier(settings.kernel.keys_dir))


def _own(settings: GatewaySettings, forwarder: Forwarder) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await forwarder.close()

    app = FastAPI(
        title="Một Cửa", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    errors.install(app)
    catalogue = Catalogue(settings.upstreams())

    @app.get("/")
    async def start() -> dict[str, str]:
        return LINKS

    @app.get("/openapi.json")
    async def openapi() -> JSONResponse:
        return JSONResponse(await catalogue.document())

    app.include_router(docs.router)
    app.include_router(health.router(forwarder, settings.upstreams()))
    return app
