"""Which process a dossier follows: the one nearest to its agency, then to its case and way."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import agencies, standings
from services.procedures.models import Process
from shared.errors import NotFound
from shared.events import Method

Rank = tuple[int, int, bool, bool]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a dossier is about; what is left out only processes without it apply to."""

    procedure: str
    version: int
    case: str | None = None
    method: Method | None = None
    agency: str | None = None


async def find_applying(session: AsyncSession, of: Circumstances) -> Process:
    """The process in use for these circumstances; raises NotFound."""
    level = None
    if of.agency is not None:
        level = (await agencies.get_agency(session, of.agency)).level
    chain = _chain(of.agency)
    candidates = await session.scalars(
        select(Process).where(
            *standings.in_use(Process),
            Process.procedure == of.procedure,
            Process.version == of.version,
            or_(Process.case_id.is_(None), Process.case_id == of.case),
            or_(Process.method.is_(None), Process.method == of.method),
            or_(Process.agency.is_(None), Process.agency.in_(chain)),
            or_(Process.level.is_(None), Process.level == level),
        )
    )
    # One at most is in use for each binding, so that no two rank alike.
    best = min(candidates.all(), key=lambda process: _rank(process, chain), default=None)
    if best is None:
        raise NotFound(
            f"Chưa công bố quy trình của thủ tục {of.procedure}, phiên bản {of.version}"
            " cho trường hợp, cách thức và cơ quan này."
        )
    return best


def _chain(agency: str | None) -> list[str]:
    """The agency and all above it, nearest first: a code begins with its parent's."""
    if agency is None:
        return []
    parts = agency.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _rank(process: Process, chain: list[str]) -> Rank:
    """Lower is nearer: own agency, those above it, the level, everybody; then case, then way."""
    if process.agency is not None:
        kind, distance = 0, chain.index(process.agency)
    else:
        kind, distance = (2 if process.level is None else 1), 0
    return kind, distance, process.case_id is None, process.method is None
