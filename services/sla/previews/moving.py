"""What due a clock would have by another calendar, by the clock's own rules; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.sla import clock as clocks
from services.sla.clock import Clock, Lapse
from services.sla.entries import Recalculated
from shared.working_time import WorkingTime


def due_by(clock: Clock, lapses: Iterable[Lapse], working_time: WorkingTime) -> datetime | None:
    """Count the due anew, as a recalculation would; raises WorkingTimeError beyond the calendar."""
    trial = replace(clock, closed=list(lapses))
    clocks.apply(trial, Recalculated(clock.last_at, later_only=False), working_time)
    return trial.due_at


def lapses(clock: Clock, ledger: Iterable[Mapping[str, Any]]) -> list[Lapse]:
    """Tell from a clock's ledger rows the waits that its present due was moved by."""
    found: list[Lapse] = []
    waiting: set[str] = set()
    position = since = clock.started_at
    for row in ledger:
        match row["kind"]:
            case "paused":
                if not waiting:
                    since = max(row["at"], position)
                waiting.add(row["pause"])
            case "resumed" if row["pause"] in waiting:
                waiting.remove(row["pause"])
                if not waiting:
                    position = max(row["at"], since)
                    found.append(Lapse(since, position, given_back=True))
            case "ended":
                waiting.clear()
            case _:
                pass
    # What lies before a restart was given back once and for all.
    return [lapse for lapse in found if lapse.since >= clock.began_at]
