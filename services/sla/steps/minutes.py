"""Working minutes of a stay without what was waited for outside; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.sla.stand import StandKind
from shared.working_time import WorkingTime

WAITING = frozenset({StandKind.WAITING, StandKind.SUSPENDED})


class Past(NamedTuple):
    """What the ledger said when a fact was told: the waits, and who decided by which calendar."""

    waits: Sequence[tuple[datetime, datetime | None]]
    agency: str
    calendar: tuple[str, int]


def past(rows: Sequence[Mapping[str, Any]], sequence: int, entry: int) -> Past | None:
    """Read the ledger as it was before a fact of the dossier; None before its acceptance.

    Facts that came later are left out, even if the batch holds them: else batches would show.
    """
    own = [
        row
        for row in rows
        if row["source"] == "dossier" and (row["source_sequence"], row["entry"]) < (sequence, entry)
    ]
    if not own:
        return None
    waits: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    for row in own:
        waiting = row["stand"] in WAITING
        if waiting and since is None:
            since = row["at"]
        elif not waiting and since is not None:
            waits.append((since, row["at"]))
            since = None
    if since is not None:
        waits.append((since, None))
    last = own[-1]
    return Past(waits, last["agency"], (last["calendar"], last["calendar_version"]))


def net(working_time: WorkingTime, known: Past, start: datetime, end: datetime) -> int:
    """Working minutes from start to end without the waits between; never negative."""
    minutes = working_time.between(start, end) if end > start else 0
    for since, until in known.waits:
        first, last = max(since, start), min(until or end, end)
        if last > first:
            minutes -= working_time.between(first, last)
    return max(minutes, 0)
