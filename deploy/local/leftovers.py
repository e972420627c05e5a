"""Processes of a supervisor that was killed: they are ending, and a new one waits for that."""

import contextlib
import os
import signal
import time

from deploy.local import procfs, state
from deploy.local.directory import DataDirectory
from deploy.local.state import Member

LEAVE_SECONDS = 30.0
LOOK_SECONDS = 0.05


def wait_for_end(data: DataDirectory) -> None:
    """Return when nothing of the former system runs; what does not end in its time is killed.

    Blocking: call it before there is anything else to do.
    """
    former = state.read(data)
    if former is None:
        return
    deadline = time.monotonic() + LEAVE_SECONDS
    while living := [member for member in former.members if _lives(member)]:
        if time.monotonic() > deadline:
            for member in living:
                _kill(member)
        time.sleep(LOOK_SECONDS)


def _lives(member: Member) -> bool:
    return member.pid is not None and procfs.started(member.pid) == (member.started or -1)


def _kill(member: Member) -> None:
    if member.pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member.pid, signal.SIGKILL)
