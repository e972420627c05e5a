"""A running gateway in front of upstreams that the test chooses."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from deploy.documents import described
from gateway.app import create
from gateway.limits.connections import Patient
from gateway.settings import GatewaySettings
from shared.settings import KernelSettings
from tests.gateway.upstreams import free_url, serving

Gateway = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture(scope="session")
def documents() -> dict[str, dict[str, Any]]:
    """The real services' OpenAPI documents, and the gateway's own; none of them is started."""
    return described.documents()


@pytest.fixture
async def gateway(keys_dir: Path) -> AsyncIterator[Gateway]:
    """Start a gateway: `await gateway(intake=app)`; services not given are away."""
    async with AsyncExitStack() as stack:

        async def start(
            settings: Mapping[str, Any] = MappingProxyType({}), **apps: ASGIApp
        ) -> httpx.AsyncClient:
            running: dict[int, str] = {}
            for app in apps.values():
                if id(app) not in running:
                    running[id(app)] = await stack.enter_async_context(serving(app))
            urls = {service: running[id(app)] for service, app in apps.items()}
            told = GatewaySettings(
                intake_url=urls.get("intake", free_url()),
                procedures_url=urls.get("procedures", free_url()),
                sla_url=urls.get("sla", free_url()),
                survey_url=urls.get("survey", free_url()),
                kernel=KernelSettings(profile="local", keys_dir=keys_dir),
                **settings,
            )
            door = await stack.enter_async_context(serving(create(told), Patient))
            return await stack.enter_async_context(httpx.AsyncClient(base_url=door, timeout=30))

        yield start


@pytest.fixture
def bearer(token: Callable[..., str]) -> dict[str, str]:
    """The headers of a verified counter officer."""
    return {"Authorization": f"Bearer {token('counter')}"}
