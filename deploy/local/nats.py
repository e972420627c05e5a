"""The local NATS server with JetStream."""

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import binaries, readiness
from deploy.local.directory import write_private
from deploy.local.ports import HOST
from deploy.local.process import Process

TOKEN_BYTES = 24
STOP_SECONDS = 10.0
READY_SECONDS = 120.0

# An acknowledged event must survive a power cut: the outbox forgets it then. The default of the
# server, a sync every two minutes, is enough for tests only.
SYNC_ALWAYS = "always"
SYNC_RARELY = "2m"


@dataclass(frozen=True)
class Nats:
    """A server with its stream in a directory; clients need the token of this run."""

    directory: Path
    port: int
    monitor_port: int
    store_bytes_max: int
    sync_interval: str = SYNC_ALWAYS
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES), repr=False)

    @property
    def url(self) -> str:
        """The address for clients, the token in it."""
        return f"nats://{self.token}@{HOST}:{self.port}"

    def process(self) -> Process:
        """Write the configuration and name the process to keep running."""
        configuration = self.directory / "nats.conf"
        write_private(configuration, self._configuration())
        return Process(
            name="nats",
            command=(str(binaries.nats_server()), "-c", str(configuration)),
            directory=self.directory,
            stop_seconds=STOP_SECONDS,
            # Reading a large stream in again takes its time.
            ready_seconds=READY_SECONDS,
            ready=readiness.http(self.monitor_port, "/healthz?js-enabled-only=true"),
        )

    def _configuration(self) -> str:
        store = json.dumps(str(self.directory / "store"), ensure_ascii=False)
        return f"""\
listen: "{HOST}:{self.port}"
http: "{HOST}:{self.monitor_port}"
authorization {{ token: "{self.token}" }}
jetstream {{
  store_dir: {store}
  max_file_store: {self.store_bytes_max}
  sync_interval: {self.sync_interval}
}}
"""
