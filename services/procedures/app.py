"""The catalogue's web process."""

from fastapi import FastAPI

from services.procedures.api import ROUTERS
from services.procedures.settings import load
from shared.service import build


def create() -> FastAPI:
    """Assemble the application from the environment's settings."""
    return build(
        "Một Cửa – danh mục thủ tục / catalogue",
        load(),
        ROUTERS,
        streamed_paths=frozenset({"/v1/imports/procedures"}),
    )
