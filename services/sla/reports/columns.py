"""The columns of II.06a, from what the counters tell."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

COUNTED: Final = (
    *("received_online", "early", "on_time", "late", "overdue", "withdrawn", "stopped", "refused"),
    *("no_due_date", "waiting", "recalled", "moved_in", "moved_out"),
)
"""Columns that are counters themselves."""


def columns(counted: Mapping[str, Any]) -> dict[str, int]:
    """Name the form's columns: 3 = 4 + 5 + 6, 7 = 8 + 9 + 10, 11 = 12 + 13, 3 = 7 + 11."""
    told = {name: int(counted[name]) for name in COUNTED}
    received, in_progress = int(counted["received"]), int(counted["open"])
    # Who became competent took over what was received before (clocks and reports §3.3).
    carried_over = int(counted["carried_over"]) + told["moved_in"] - told["moved_out"]
    return told | {
        "received": received + carried_over,
        "received_direct_post": received - told["received_online"],
        "carried_over": carried_over,
        "resolved": told["early"] + told["on_time"] + told["late"],
        "in_progress": in_progress,
        "within_limit": in_progress - told["overdue"],
    }


COLUMNS: Final = tuple(columns(dict.fromkeys((*COUNTED, "received", "open", "carried_over"), 0)))


def totals(rows: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sum the columns of all rows."""
    sums = dict.fromkeys(COLUMNS, 0)
    for row in rows:
        for name in sums:
            sums[name] += row[name]
    return sums
