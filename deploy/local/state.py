"""What the supervisor says of its processes, in a file that other commands read."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from deploy.local import procfs
from deploy.local.directory import DataDirectory, write_private
from deploy.local.keeper import Keeper


class Phase(StrEnum):
    """How the system as a whole stands."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"


@dataclass(frozen=True)
class Member:
    """One process; pid and start together name it beyond the reuse of pids."""

    name: str
    state: str
    pid: int | None
    started: int | None
    restarts: int
    url: str


@dataclass(frozen=True)
class State:
    """The system at the last change."""

    supervisor: int
    phase: Phase
    members: tuple[Member, ...]


def members(keepers: Iterable[Keeper]) -> tuple[Member, ...]:
    """Describe processes under watch."""
    return tuple(
        Member(
            name=keeper.name,
            state=keeper.state,
            pid=keeper.pid,
            started=procfs.started(keeper.pid) if keeper.pid else None,
            restarts=keeper.restarts,
            url=keeper.process.url,
        )
        for keeper in keepers
    )


def write(data: DataDirectory, state: State) -> None:
    """Replace the file."""
    write_private(data.state, json.dumps(asdict(state), indent=2))


def read(data: DataDirectory) -> State | None:
    """Read the file; None when no system ran here, or when it stopped in good order."""
    try:
        raw = json.loads(data.state.read_text())
    except FileNotFoundError:
        return None
    return State(
        supervisor=raw["supervisor"],
        phase=Phase(raw["phase"]),
        members=tuple(Member(**member) for member in raw["members"]),
    )
