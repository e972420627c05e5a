"""How much memory a process and its children really take."""

from dataclasses import dataclass

from deploy.local import procfs

KIB = 1024


@dataclass(frozen=True)
class Memory:
    """Resident bytes, and the proportional share of them (shared pages counted once)."""

    rss: int = 0
    pss: int | None = None


def of(pid: int, *, alone: bool = False) -> Memory:
    """Add up a process and its descendants; the share is None where it may not be read."""
    rss = 0
    pss: int | None = 0
    for member in {pid} if alone else procfs.family(pid):
        resident, share = _one(member)
        rss += resident
        pss = None if pss is None or share is None else pss + share
    return Memory(rss=rss, pss=pss)


def _one(pid: int) -> tuple[int, int | None]:
    """Read one process: smaps_rollup if allowed, else the resident size alone."""
    directory = procfs.PROC / str(pid)
    try:
        lines = (directory / "smaps_rollup").read_text().splitlines()
        sizes = {line.split()[0]: int(line.split()[1]) * KIB for line in lines[1:]}
        return sizes["Rss:"], sizes["Pss:"]
    except (OSError, LookupError, ValueError):
        return _resident(pid), None


def _resident(pid: int) -> int:
    try:
        lines = (procfs.PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    for line in lines:
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * KIB
    return 0
