"""The gateway's table and the real services' routes agree."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from gateway.deprecations import DEPRECATED, Deprecations
from gateway.openapi import merge
from gateway.routes import VERSION, Route, Service, find


@pytest.fixture(scope="module")
def documents(keys_dir: Path) -> dict[Service, dict[str, Any]]:
    """The OpenAPI documents of the four services, none of them started."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MOTCUA_KEYS_DIR", str(keys_dir))
        environment.setenv("MOTCUA_PROFILE", "local")
        for service in Service:
            environment.setenv(f"{service.upper()}_DATABASE_URL", "postgresql://x@127.0.0.1:1/x")
        return {
            service: importlib.import_module(f"services.{service}.app").create().openapi()
            for service in Service
        }


def routed(path: str) -> Route | None:
    return find(re.sub(r"\{[^}]+\}", "x", path))


def test_every_route_of_a_service_is_reached_through_the_gateway(
    documents: dict[Service, dict[str, Any]],
) -> None:
    for service, document in documents.items():
        for path in document["paths"]:
            if path.startswith(VERSION):
                route = routed(path)
                assert route is not None, path
                assert route.service is service, path


def test_a_route_that_is_not_public_asks_for_a_token_in_its_service_as_well(
    documents: dict[Service, dict[str, Any]],
) -> None:
    for document in documents.values():
        for path, item in document["paths"].items():
            route = routed(path)
            for method, operation in item.items():
                if route is not None and method.upper() in route.public:
                    continue
                assert route is None or operation.get("security"), (method, path)


def test_the_real_documents_merge_into_a_valid_one(
    documents: dict[Service, dict[str, Any]],
) -> None:
    merged = merge({str(service): document for service, document in documents.items()})

    validate(merged)
    assert Deprecations(DEPRECATED).unfounded(merged) == []
    paths = {path for document in documents.values() for path in document["paths"]}
    assert set(merged["paths"]) == {path for path in paths if path.startswith(VERSION)}
    for item in merged["paths"].values():
        for operation in item.values():
            assert operation["summary"], operation["operationId"]
