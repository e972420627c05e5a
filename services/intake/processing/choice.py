"""Which process a dossier follows: the one nearest to its agency, then to its case and way; pure.

Procedures answers the same question for what is in use now (`GET /v1/procedures/…/process`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.copies import Process
from shared.events import AgencyLevel, Method, ProcessPublished

Rank = tuple[int, int, bool, bool]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a dossier a process may be bound to."""

    case: str
    method: Method
    agency: str
    level: AgencyLevel


def choose(known: Sequence[Process], of: Circumstances) -> Process | None:
    """Tell the process in use that applies; none means free steps."""
    fitting = [process for process in known if not process.retired and _applies(process.told, of)]
    return min(fitting, key=lambda process: _rank(process.told, of), default=None)


def _applies(told: ProcessPublished, of: Circumstances) -> bool:
    return (
        told.case in {None, of.case}
        and told.method in {None, of.method}
        and told.level in {None, of.level}
        and (told.agency is None or _covers(told.agency, of.agency))
    )


def _rank(told: ProcessPublished, of: Circumstances) -> Rank:
    """Lower is nearer: own agency, those above it, the level, everybody; then case, then way."""
    if told.agency is not None:
        kind, distance = 0, of.agency.count(".") - told.agency.count(".")
    else:
        kind, distance = (2 if told.level is None else 1), 0
    return kind, distance, told.case is None, told.method is None


def _covers(above: str, agency: str) -> bool:
    return agency == above or agency.startswith(f"{above}.")
