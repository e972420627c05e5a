"""What Linux tells about running processes under /proc."""

from pathlib import Path

PROC = Path("/proc")

# Fields of /proc/<pid>/stat, counted after the name in brackets (which may itself hold blanks).
STATE_FIELD = 0
PARENT_FIELD = 1
STARTED_FIELD = 19


def _fields(pid: int) -> list[str]:
    """Give the fields of a process's stat line after its name; empty when it is gone."""
    try:
        line = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    return line.rpartition(")")[2].split()


def started(pid: int) -> int | None:
    """Tell when a living process started, in clock ticks since boot; pid and start name it."""
    fields = _fields(pid)
    if not fields or fields[STATE_FIELD] == "Z":
        return None
    return int(fields[STARTED_FIELD])


def pids() -> list[int]:
    """Name every process that can be seen."""
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]


def family(pid: int) -> set[int]:
    """Collect a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for other in pids():
        if fields := _fields(other):
            children.setdefault(int(fields[PARENT_FIELD]), []).append(other)
    found: set[int] = set()
    open_ends = [pid]
    while open_ends:
        found.add(member := open_ends.pop())
        open_ends.extend(child for child in children.get(member, []) if child not in found)
    return found


def command(pid: int) -> str:
    """Give a process's command line, empty when it may not be read."""
    try:
        raw = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()
