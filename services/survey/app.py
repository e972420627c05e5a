"""The survey's web process."""

from fastapi import FastAPI

from services.survey import tokens
from services.survey.api import ROUTERS
from services.survey.settings import load
from shared.service import build


def create() -> FastAPI:
    """Assemble the application from the environment's settings; raises SecretMissing."""
    settings = load()
    tokens.secret_of(settings.kernel)
    return build("Một Cửa – khảo sát hài lòng / satisfaction survey", settings, ROUTERS)
