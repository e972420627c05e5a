"""Where a running system keeps what must survive, and who holds that place now."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.refusal import AlreadyRunning

CHECKOUT = Path(__file__).resolve().parents[2]
OPEN_TO_ALL = 0o755
OWNER_ONLY = 0o700
OWNER_FILE = 0o600


@dataclass(frozen=True)
class DataDirectory:
    """The one directory to keep, to back up and to delete."""

    root: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "DataDirectory":
        """Take MOTCUA_DATA_DIR, or `var` in the checkout."""
        chosen = environment.get("MOTCUA_DATA_DIR") or CHECKOUT / "var"
        return cls(Path(chosen).resolve())

    @property
    def postgres(self) -> Path:
        """PostgreSQL's cluster and the passwords that belong to it."""
        return self.root / "postgres"

    @property
    def nats(self) -> Path:
        """The stream, and the broker's configuration."""
        return self.root / "nats"

    @property
    def keys(self) -> Path:
        """Keys of the local issuer and of encryption at rest."""
        return self.root / "keys"

    @property
    def files(self) -> Path:
        """Papers of dossiers."""
        return self.root / "files"

    @property
    def log(self) -> Path:
        """One log file per process."""
        return self.root / "log"

    @property
    def environment(self) -> Path:
        """The settings of the running processes, for commands in another terminal."""
        return self.root / "environment"

    @property
    def state(self) -> Path:
        """What the supervisor last said of its processes."""
        return self.root / "state.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor as long as it lives; holds its pid."""
        return self.root / "supervisor.lock"

    def create(self) -> None:
        """Make the directories; secrets are for the owner only."""
        for path in (self.root, self.log):
            path.mkdir(mode=OPEN_TO_ALL, parents=True, exist_ok=True)
        for path in (self.postgres, self.nats, self.keys, self.files):
            path.mkdir(mode=OWNER_ONLY, exist_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the directory against a second supervisor, which gets AlreadyRunning."""
        with self.lock.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(self.holder() or 0) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def holder(self) -> int | None:
        """Give the pid of the supervisor that runs on this directory; None when there is none."""
        if not self.lock.exists():
            return None
        with self.lock.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                # Between taking the lock and writing it, the pid is missing for an instant.
                return int(lock.read() or 0)
        return None


def write_private(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_FILE)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)
