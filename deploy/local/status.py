"""`status`: every process, how it stands and what memory it takes."""

from collections.abc import Iterator

from deploy.local import memory, state
from deploy.local.directory import DataDirectory
from deploy.local.state import Member

MIB = 2**20
SUPERVISOR = "supervisor"


def lines(data: DataDirectory) -> list[str]:
    """Describe the running system, a line per process and a total; empty when none runs."""
    now = state.read(data)
    if now is None or data.holder() != now.supervisor:
        return []
    own = Member(SUPERVISOR, now.phase, now.supervisor, None, 0, "")
    return list(_table((own, *now.members)))


def _table(members: tuple[Member, ...]) -> Iterator[str]:
    yield f"{'':<18} {'':<11} {'pid':>8} {'restarts':>9} {'RSS':>7} {'PSS':>7}  MiB"
    rss = pss = 0.0
    for member in members:
        # The supervisor's children are the other members.
        used = memory.of(member.pid, alone=member.name == SUPERVISOR) if member.pid else None
        resident = used.rss / MIB if used else 0.0
        share = (used.pss or used.rss) / MIB if used else 0.0
        rss, pss = rss + resident, pss + share
        yield (
            f"{member.name:<18} {member.state:<11} {member.pid or '':>8} {member.restarts:>9}"
            f" {resident:>7.0f} {share:>7.0f}  {member.url}"
        )
    yield f"{'total':<18} {'':<11} {'':>8} {'':>9} {rss:>7.0f} {pss:>7.0f}"
