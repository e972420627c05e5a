"""What stands behind each cell of II.06a, worded as entries of the ledger."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from services.sla.reports.questions import ONLINE


class Cell(StrEnum):
    """A number of II.06a, or one of its "of which"."""

    RECEIVED = "received"
    RECEIVED_ONLINE = "received_online"
    RECEIVED_DIRECT_POST = "received_direct_post"
    CARRIED_OVER = "carried_over"
    RESOLVED = "resolved"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    IN_PROGRESS = "in_progress"
    WITHIN_LIMIT = "within_limit"
    OVERDUE = "overdue"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    REFUSED = "refused"
    NO_DUE_DATE = "no_due_date"
    WAITING = "waiting"
    RECALLED = "recalled"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"


class Entered(NamedTuple):
    """Entries of a kind within the period, each counted `sign` times.

    `left` looks at how the dossier stood before the entry instead of after it.
    """

    kind: str
    sign: int = 1
    holds: str = "true"
    left: bool = False


class Stood(NamedTuple):
    """Dossiers by how they stood at the end of a day: the period's last, or the one before it."""

    holds: str = "true"
    before: bool = False


Part = Entered | Stood

_ONLINE: Final = "clock.channel in ({})".format(", ".join(f"'{name}'" for name in ONLINE))


def _ended(holds: str) -> tuple[Part, ...]:
    """Ends of a class within the period, less the results of it that were recalled."""
    return Entered("ended", 1, holds), Entered("recalled", -1, holds, left=True)


_RECEIVED: Final = (Entered("started"),)
# Who became competent within the period took over what was received before (clocks §3.1).
_CARRIED: Final = (
    Stood(before=True),
    Entered("transferred"),
    Entered("transferred", -1, left=True),
)
JUDGED_BY: Final = (
    "case when clock.adjusted then coalesce(stood.promised_at, stood.due_at) else stood.due_at end"
)
"""The due that the report judges by: the legal one, or by rule the promise."""
_OVERDUE: Final = (
    f"stood.stand = 'running' and ({JUDGED_BY} at time zone 'Asia/Ho_Chi_Minh')::date < $2"
)

PARTS: Final[Mapping[Cell, tuple[Part, ...]]] = {
    Cell.RECEIVED: (*_RECEIVED, *_CARRIED),
    Cell.RECEIVED_ONLINE: (Entered("started", holds=_ONLINE),),
    Cell.RECEIVED_DIRECT_POST: (Entered("started", holds=f"not {_ONLINE}"),),
    Cell.CARRIED_OVER: _CARRIED,
    Cell.RESOLVED: _ended("true"),
    Cell.EARLY: _ended("stood.verdict = 'early'"),
    Cell.ON_TIME: _ended("stood.verdict in ('on_time', 'no_due_date')"),
    Cell.LATE: _ended("stood.verdict = 'late'"),
    Cell.IN_PROGRESS: (Stood(),),
    Cell.WITHIN_LIMIT: (Stood(f"({_OVERDUE}) is not true"),),
    Cell.OVERDUE: (Stood(_OVERDUE),),
    Cell.WITHDRAWN: _ended("stood.outcome = 'withdrawn'"),
    Cell.STOPPED: _ended("stood.outcome = 'stopped'"),
    Cell.REFUSED: _ended("stood.outcome = 'refused'"),
    Cell.NO_DUE_DATE: _ended("stood.verdict = 'no_due_date'"),
    Cell.WAITING: (Stood("stood.stand in ('waiting', 'suspended')"),),
    Cell.RECALLED: (Entered("recalled", left=True),),
    Cell.MOVED_IN: (Entered("transferred"),),
    Cell.MOVED_OUT: (Entered("transferred", left=True),),
}
"""`stood` is the ledger row that tells how the dossier stood; $2 is the period's last day."""

LATE_LIST: Final = (*PARTS[Cell.LATE], *PARTS[Cell.OVERDUE])
"""The late list: ended late within the period, or overdue at its end."""
