"""Servers and whole systems for tests: on free ports, in a directory of the test's own."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import passwords, processes
from deploy.local.directory import DataDirectory
from deploy.local.keeper import Keeper
from deploy.local.log import Log
from deploy.local.nats import SYNC_RARELY, Nats
from deploy.local.passwords import SUPERUSER
from deploy.local.postgres import Postgres
from deploy.local.processes import MakeTable
from deploy.local.reservation import free_ports
from deploy.local.supervisor import Supervisor
from deploy.local.system import System

# Tests make many streams, and none grows: reserving for each what it might take would be refused.
STORE_BYTES_MAX = 10**14


@dataclass(frozen=True)
class Running:
    """Processes that a test may stop, start and kill by name."""

    supervisor: Supervisor

    @property
    def pids(self) -> dict[str, int]:
        """The pids of all processes that live now."""
        keepers = self.supervisor.keepers.items()
        return {name: keeper.pid for name, keeper in keepers if keeper.pid is not None}

    def keeper(self, name: str) -> Keeper:
        """The process's keeper: its state, pid and restarts."""
        return self.supervisor.keepers[name]

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a process a signal; if it dies, it is started again."""
        os.kill(self.pids[name], number)

    async def stop(self, name: str) -> None:
        """Stop a process in good order and leave it stopped."""
        await self.keeper(name).stop()

    async def start(self, name: str) -> None:
        """Start a stopped process and wait until it is ready."""
        await self.keeper(name).start()


@dataclass(frozen=True)
class Servers(Running):
    """PostgreSQL and NATS, and nothing on top of them."""

    admin_url: str
    nats_url: str


@dataclass(frozen=True)
class RunningSystem(Running):
    """The whole system, ready."""

    gateway_url: str
    settings: dict[str, str]


@asynccontextmanager
async def servers(
    directory: Path, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Servers]:
    """Run PostgreSQL (`postgres`) and NATS (`nats`) alone; `settings` are PostgreSQL's."""
    data = DataDirectory(directory)
    data.create()
    supervisor = Supervisor(Log(data.log))
    password = passwords.load(data.postgres, ())[SUPERUSER]
    with free_ports(("postgres", "nats", "nats-monitor")) as ports:
        postgres = Postgres(
            data.postgres, ports["postgres"], password, lasting=False, more=settings or {}
        )
        nats = Nats(data.nats, ports["nats"], ports["nats-monitor"], STORE_BYTES_MAX, SYNC_RARELY)
        try:
            await postgres.create(supervisor.run)
            await supervisor.start(postgres.process(), nats.process())
            yield Servers(supervisor, postgres.url, nats.url)
        finally:
            await asyncio.shield(supervisor.stop())


@asynccontextmanager
async def system(
    directory: Path, table: MakeTable = processes.table
) -> AsyncIterator[RunningSystem]:
    """Run everything, as `make run` does; what is in the directory from before goes on.

    Its data outlives every kill -9, but is not synced against a power cut, to be quick.
    """
    data = DataDirectory(directory)
    data.create()
    with free_ports() as ports:
        running = System(data, ports, Log(data.log), table, lasting=False)
        try:
            await running.start()
            yield RunningSystem(running.supervisor, running.url, running.settings)
        finally:
            await asyncio.shield(running.stop())
