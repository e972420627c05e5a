"""Ties a child process to its parent, so that not even kill -9 of the parent leaves it behind."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1

# Loaded here, since a freshly forked child had better not load libraries.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def to_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """Make a function for the child to call before exec: it gets the signal when we die."""
    parent = os.getpid()

    def tie() -> None:
        follow_parent(death_signal)
        # The parent may have died before the kernel knew about the wish.
        if os.getppid() != parent:
            os._exit(1)

    return tie


def follow_parent(death_signal: signal.Signals) -> None:
    """Ask the kernel to signal this process when its parent dies (Linux; elsewhere nothing)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
