"""`up`, `down`: the system without a terminal."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from deploy.local import leftovers, procfs, state
from deploy.local.directory import CHECKOUT, DataDirectory
from deploy.local.refusal import Refusal
from deploy.local.state import Phase

COMMAND = (sys.executable, "-m", "deploy.local", "run", "--quiet")
READY_SECONDS = 600.0
STOP_SECONDS = 150.0
LOOK_SECONDS = 0.1


def up(data: DataDirectory, command: Sequence[str] = COMMAND) -> None:
    """Return when the system is ready, started now or before; Refusal if it cannot be."""
    data.create()
    starter = None if data.holder() else _detach(data, command)
    deadline = time.monotonic() + READY_SECONDS
    while not _is_ready(data):
        if starter is not None and starter.poll() is not None and data.holder() is None:
            raise Refusal(_words(data))
        if time.monotonic() > deadline:
            raise Refusal(f"not ready after {READY_SECONDS:.0f} s; see {data.log}")
        time.sleep(LOOK_SECONDS)


def down(data: DataDirectory) -> bool:
    """Stop the system and return when it is gone; False when there was none."""
    pid = data.holder()
    if pid:
        started = procfs.started(pid)
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while started is not None and procfs.started(pid) == started:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(LOOK_SECONDS)
    leftovers.wait_for_end(data)
    return bool(pid)


def _detach(data: DataDirectory, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start the supervisor in a session of its own; what it says before the end is kept."""
    with (data.log / "up.log").open("wb") as words:
        return subprocess.Popen(
            command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )


def _words(data: DataDirectory) -> str:
    return (data.log / "up.log").read_text(errors="replace").strip()


def _is_ready(data: DataDirectory) -> bool:
    now = state.read(data)
    return now is not None and now.phase == Phase.READY and now.supervisor == data.holder()
