import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from deploy.door import Door
from deploy.local.testing import RunningSystem, system
from shared.identity import EVERYWHERE, Role


@pytest.fixture(scope="session")
async def whole_system() -> AsyncIterator[RunningSystem]:
    """Everything that `make run` starts, on free ports, for all journeys."""
    told = {"MOTCUA_LOG_LEVEL": "debug"}
    with (
        tempfile.TemporaryDirectory(prefix="motcua-journeys-") as directory,
        mock.patch.dict(os.environ, told),
    ):
        async with system(Path(directory)) as running:
            yield running


@pytest.fixture
def at_the_door(whole_system: RunningSystem) -> Iterator[RunningSystem]:
    """This process knows where the system is, as another terminal would."""
    with mock.patch.dict(os.environ, whole_system.settings):
        yield whole_system


@pytest.fixture
async def doors(at_the_door: RunningSystem) -> AsyncIterator[Any]:
    """Open the gateway as a caller: `await doors(Role.COUNTER, agencies=["H20.100"])`."""
    async with AsyncExitStack() as stack:

        async def enter(*roles: Role, agencies: Any = (EVERYWHERE,), subject: str = "thu") -> Door:
            return await stack.enter_async_context(Door(*roles, agencies=agencies, subject=subject))

        yield enter
