"""The local PostgreSQL: made once, run in the foreground, stopped last."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from deploy.local import accounts, binaries, readiness
from deploy.local.accounts import Account
from deploy.local.passwords import SUPERUSER
from deploy.local.ports import HOST
from deploy.local.process import Process, Program

BUILTIN_LOCALE_SINCE = 17
RECOVERY_SECONDS = 300.0
STOP_SECONDS = 60.0

SETTINGS = {
    "listen_addresses": HOST,
    # No socket file: there is no place for one that every account may use everywhere.
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    # Short statements never win back what compiling them costs.
    "jit": "off",
    # The outboxes are filled and emptied all the time.
    "autovacuum_naptime": "15s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%d ",
    "log_checkpoints": "off",
}
PASSING = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
"""For tests: their data survives a killed server, and need not survive a power cut."""


@dataclass(frozen=True)
class Postgres:
    """A cluster in a directory, on a port of the loopback; `lasting` data reaches the disk."""

    directory: Path
    port: int
    password: str
    lasting: bool = True
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings that go before the usual ones."""

    @property
    def url(self) -> str:
        """The superuser's address."""
        return self.url_of(SUPERUSER, self.password, SUPERUSER)

    def url_of(self, role: str, password: str, database: str) -> str:
        """A role's address of a database."""
        return f"postgresql://{role}:{password}@{HOST}:{self.port}/{database}"

    @cached_property
    def _account(self) -> Account | None:
        return accounts.for_postgres(self._cluster)

    @cached_property
    def _programs(self) -> Path:
        return binaries.postgres(os.environ, for_others=self._account is not None)

    @property
    def _cluster(self) -> Path:
        return self.directory / "cluster"

    def process(self) -> Process:
        """The server, to be kept running. SIGINT means: end the sessions, save, and stop."""
        settings = SETTINGS | ({} if self.lasting else PASSING) | dict(self.more)
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        return Process(
            name="postgres",
            command=self._in_place(self._cluster, "postgres", "-p", str(self.port), *options),
            directory=self._cluster,
            account=self._account,
            death_signal=signal.SIGINT,
            stop_signal=signal.SIGINT,
            stop_seconds=STOP_SECONDS,
            ready=readiness.database(self.url),
            ready_seconds=RECOVERY_SECONDS,
        )

    async def create(self, run: Callable[[Program], Awaitable[None]]) -> None:
        """Make the cluster unless it is there; one that was cut off half-way is made anew."""
        if self._cluster.exists():
            return
        draft = self.directory / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self._account:
            self._account.give(draft)
        with self._password_file() as password_file:
            await run(
                Program(
                    name="initdb",
                    command=self._in_place(draft, "initdb", *self._creation(password_file)),
                    directory=draft,
                    account=self._account,
                )
            )
        draft.rename(self._cluster)

    def _in_place(self, cluster: Path, program: str, *options: str) -> tuple[str, ...]:
        """Name the cluster; another account finds it as its working directory.

        That account may not be allowed to pass through the directories above (a home is often
        closed), and needs not: it is put into the cluster before it becomes itself.
        """
        place = "/proc/self/cwd" if self._account else str(cluster)
        return (str(self._programs / program), "-D", place, *options)

    def _creation(self, password_file: str) -> tuple[str, ...]:
        locale = ["--locale=C.UTF-8"]
        if self._version() >= BUILTIN_LOCALE_SINCE:
            locale.append("--locale-provider=builtin")
        sync = [] if self.lasting else ["--no-sync"]
        access = ["--auth=scram-sha-256", f"--pwfile={password_file}"]
        return ("-U", SUPERUSER, "-E", "UTF8", "--no-instructions", *access, *locale, *sync)

    def _version(self) -> int:
        """Ask the program for its major version."""
        answer = subprocess.run(
            [self._programs / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        found = re.search(r"\) (\d+)", answer.stdout)
        return int(found[1]) if found else 0

    @contextmanager
    def _password_file(self) -> Iterator[str]:
        """Show initdb the superuser's password, and nobody else."""
        descriptor, name = tempfile.mkstemp()
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(self.password)
            if self._account:
                self._account.give(Path(name))
            yield name
        finally:
            Path(name).unlink()
