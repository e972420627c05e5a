"""The OpenAPI documents of all services and of the gateway, made without starting anything."""

import os
import tempfile
from typing import Any
from unittest import mock

from deploy.cli.registry import SERVICES
from gateway import app, openapi

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
"""Describing an application needs no database, only an address to be told."""


def documents() -> dict[str, dict[str, Any]]:
    """Each owner's document by its name, the gateway's own too."""
    with tempfile.TemporaryDirectory(prefix="motcua-document-") as directory:
        told = {"MOTCUA_PROFILE": "local", "MOTCUA_KEYS_DIR": directory}
        told |= {f"{service.name.upper()}_DATABASE_URL": NO_DATABASE for service in SERVICES}
        with mock.patch.dict(os.environ, told):
            described = {service.name: service.app().openapi() for service in SERVICES}
            return {**described, openapi.OWN: app.own_document()}


def merged() -> dict[str, Any]:
    """The one document that a running gateway gives."""
    return openapi.merge(documents())
