import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import leftovers, procfs, state
from deploy.local.directory import DataDirectory
from deploy.local.state import Member, Phase, State


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    data = DataDirectory(tmp_path)
    data.create()
    return data


@pytest.fixture
def lingering() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not end by itself."""
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as process:
        yield process
        process.kill()


def remember(data: DataDirectory, pid: int, started: int | None) -> None:
    member = Member("intake", "ready", pid, started, 0, "")
    state.write(data, State(os.getpid(), Phase.READY, (member,)))


def test_what_a_killed_supervisor_left_is_awaited_and_then_killed(
    data: DataDirectory, lingering: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "LEAVE_SECONDS", 0.1)
    remember(data, lingering.pid, procfs.started(lingering.pid))

    leftovers.wait_for_end(data)

    assert procfs.started(lingering.pid) is None


def test_another_process_that_got_the_same_pid_is_left_alone(
    data: DataDirectory, lingering: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "LEAVE_SECONDS", 0.1)
    remember(data, lingering.pid, 1)

    leftovers.wait_for_end(data)

    assert lingering.poll() is None
