"""The four services as the operator's commands see them; each is imported when first needed."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import MetaData

from shared.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("procedures", "intake", "sla", "survey")
"""In the order in which a first run wants them: who publishes, then who listens."""


@dataclass(frozen=True)
class Service:
    """One service's rooms, found by name because every service has the same."""

    name: str

    @property
    def settings(self) -> ServiceSettings:
        """Its settings, read from the environment now."""
        module = self._room("settings")
        settings: ServiceSettings = module.load()
        return settings

    @property
    def metadata(self) -> MetaData:
        """Its tables."""
        metadata: MetaData = self._room("models").METADATA
        return metadata

    @property
    def consumers(self) -> Any:
        """Its `consumers` module: HANDLERS."""
        return self._room("consumers")

    @property
    def migrations(self) -> Path:
        """Where its migrations lie."""
        return ROOT / "services" / self.name / "migrations"

    def app(self) -> FastAPI:
        """Its web application, not started."""
        app: FastAPI = self._room("app").create()
        return app

    def _room(self, room: str) -> Any:
        return importlib.import_module(f"services.{self.name}.{room}")


SERVICES = tuple(Service(name) for name in NAMES)


def named(name: str) -> Service:
    """The service of that name; raises LookupError naming the known ones."""
    for service in SERVICES:
        if service.name == name:
            return service
    raise LookupError(f"no service {name!r}; there are {', '.join(NAMES)}")
