"""A database, a stream and the trial service for each test."""

import uuid
from collections.abc import AsyncIterator

import pytest

from deploy.local.testing import Servers
from tests.shared.delivery.world import World, world_on


@pytest.fixture
async def world(servers: Servers) -> AsyncIterator[World]:
    """An empty database and an empty stream of the test's own, on the session's servers."""
    async with world_on(servers, f"w{uuid.uuid4().hex[:12]}") as made:
        yield made
