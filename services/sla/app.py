"""The web process of sla."""

from fastapi import FastAPI

from services.sla.api import ROUTERS
from services.sla.settings import load
from shared.service import build


def create() -> FastAPI:
    """Assemble the application from the environment's settings."""
    return build("Một Cửa – thời hạn, báo cáo / deadlines and reports", load(), ROUTERS)
