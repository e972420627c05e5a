"""Free ports for tests that run beside each other."""

import contextlib
import random
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from deploy.local import ports
from deploy.local.ports import DEFAULTS, Ports

# Below the range from which the kernel takes the ports of outgoing connections: a server that is
# down for a moment must not find its port taken by a client that tries to reach it.
FIRST, LAST = 12000, 31999
TRIES_MAX = 2000


@contextmanager
def free_ports(names: Iterable[str] = tuple(DEFAULTS)) -> Iterator[Ports]:
    """Reserve a free port for each name against every other test process, until the exit."""
    with contextlib.ExitStack() as marks:
        yield {name: _reserve(marks) for name in names}


def _reserve(marks: contextlib.ExitStack) -> int:
    """Mark a free port by a socket in the abstract namespace, which dies with its process."""
    for _ in range(TRIES_MAX):
        port = random.randint(FIRST, LAST)  # noqa: S311 - nothing secret about a port.
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0motcua-port-{port}")
        except OSError:
            mark.close()
            continue
        marks.enter_context(mark)
        if ports.is_free(port):
            return port
    raise OSError(f"no free port between {FIRST} and {LAST}")
