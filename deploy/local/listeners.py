"""Who listens on a port of this machine, as far as the system lets us see."""

import re
from pathlib import Path

from deploy.local import procfs

LISTEN = "0A"
COMMAND_LETTERS_MAX = 80


def holder(port: int) -> str:
    """Name the process that listens on the port ("pid 41 python app.py"), empty if unknown."""
    inodes = _inodes(port)
    if not inodes:
        return ""
    for pid in procfs.pids():
        if inodes & _sockets(pid):
            return f"pid {pid} {procfs.command(pid)[:COMMAND_LETTERS_MAX]}".strip()
    return ""


def _inodes(port: int) -> set[str]:
    """Find the sockets listening on the port, over IPv4 and IPv6."""
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (procfs.PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, local, _, state, *rest = line.split()
            if state == LISTEN and int(local.rpartition(":")[2], 16) == port:
                found.add(rest[5])
    return found


def _sockets(pid: int) -> set[str]:
    found = set()
    try:
        for descriptor in (procfs.PROC / str(pid) / "fd").iterdir():
            if match := re.fullmatch(r"socket:\[(\d+)\]", _target(descriptor)):
                found.add(match[1])
    except OSError:
        return found
    return found


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
