"""Intake's web process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.intake.api import ROUTERS
from services.intake.desk import Resources
from services.intake.settings import load
from shared.service import build


def create() -> FastAPI:
    """Assemble the application from the environment's settings."""
    settings = load()
    app = build(
        "Một Cửa – tiếp nhận hồ sơ / intake",
        settings,
        ROUTERS,
        streamed_paths=frozenset({"/v1/imports/dossiers", "/v1/files", "/v1/uploads/"}),
    )
    kernel = app.router.lifespan_context

    # Keys are read when the process starts, not when its document is only looked at.
    @asynccontextmanager
    async def lifespan(started: FastAPI) -> AsyncIterator[None]:
        started.state.intake = Resources.of(settings)
        started.state.kept_name = started.state.intake.kept_name
        async with kernel(started):
            yield

    app.router.lifespan_context = lifespan
    return app
