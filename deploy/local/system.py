"""The whole system: servers and processes, brought up in order."""

import os

from deploy.local import databases, environment, passwords, processes, state
from deploy.local.directory import DataDirectory
from deploy.local.environment import SERVICES
from deploy.local.log import Log
from deploy.local.nats import SYNC_ALWAYS, SYNC_RARELY, Nats
from deploy.local.passwords import SUPERUSER
from deploy.local.ports import HOST, Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import MakeTable
from deploy.local.state import Phase, State
from deploy.local.supervisor import Supervisor

# The broker keeps small buckets beside the stream.
BUCKET_BYTES = 2**30


class System:
    """Everything that runs on one data directory."""

    def __init__(
        self,
        data: DataDirectory,
        ports: Ports,
        log: Log,
        table: MakeTable = processes.table,
        *,
        lasting: bool = True,
    ) -> None:
        self.data = data
        self.ports = ports
        self.settings: dict[str, str] = {}
        self.phase = Phase.STARTING
        self.supervisor = Supervisor(log, self.tell)
        self._table = table
        self._lasting = lasting

    @property
    def url(self) -> str:
        """Where the gateway answers."""
        return f"http://{HOST}:{self.ports['gateway']}"

    async def start(self) -> None:
        """Bring everything up; returns when all are ready, raises Refusal if one is not."""
        self.data.create()
        secret = passwords.load(self.data.postgres, SERVICES)
        postgres = Postgres(
            self.data.postgres, self.ports["postgres"], secret[SUPERUSER], self._lasting
        )
        nats = self._nats()
        urls = {name: postgres.url_of(name, secret[name], name) for name in SERVICES}
        self.settings = environment.of_system(self.data, self.ports, urls, nats.url)
        environment.write(self.data, self.settings)
        table = self._table(self.ports, self.settings)

        await postgres.create(self.supervisor.run)
        await self.supervisor.start(postgres.process())
        await databases.create(postgres.url, {name: secret[name] for name in SERVICES})
        await self.supervisor.start(nats.process())
        for step in table.steps:
            await self.supervisor.run(step)
        await self.supervisor.start(*table.services)
        await self.supervisor.start(*table.gateway)
        self._enter(Phase.READY)

    def _nats(self) -> Nats:
        sync = SYNC_ALWAYS if self._lasting else SYNC_RARELY
        return Nats(
            self.data.nats,
            self.ports["nats"],
            self.ports["nats-monitor"],
            store_bytes_max=environment.stream_bytes_max(self.data) + BUCKET_BYTES,
            sync_interval=os.environ.get("MOTCUA_NATS_SYNC") or sync,
        )

    async def stop(self) -> None:
        """Stop everything, PostgreSQL last; what other commands read goes with it."""
        self._enter(Phase.STOPPING)
        await self.supervisor.stop()
        self.data.environment.unlink(missing_ok=True)
        self.data.state.unlink(missing_ok=True)

    def tell(self) -> None:
        """Write down how the processes stand."""
        members = state.members(self.supervisor.keepers.values())
        state.write(self.data, State(os.getpid(), self.phase, members))

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.tell()
