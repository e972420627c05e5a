"""Notices what a ledger's new rows show, in the transaction that writes them."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from services.sla.entries import Ended, Extended, Paused, PauseKind, Reappointed, Started
from services.sla.facts import Told
from services.sla.followed import Noted
from services.sla.following import Batch
from services.sla.signals.definitions import Code
from shared.working_time import WorkingTime

COLUMNS: Final = ("dossier", "place", "code", "agency", "at", "due_at", "earlier")


async def follow(connection: asyncpg.Connection, _: Sequence[Told], batch: Batch) -> None:
    """Keep a row for each entry that shows something."""
    rows = []
    for noted in batch.ledger:
        code = notice(noted, batch.times[noted.calendar])
        if code is not None:
            rows.append(_row(noted, code))
    if rows:
        await connection.copy_records_to_table("signal", records=rows, columns=COLUMNS)


def notice(noted: Noted, working_time: WorkingTime) -> Code | None:
    """Tell what an entry shows: a second beginning, or what lies near the due or behind it.

    A result off hours is one of many only together with others, which are counted when read.
    """
    entry, due = noted.entry, noted.due_before or noted.due_at
    code = _suspect(noted)
    # Of a linked life only the parent is counted, as in the results that signals are set against.
    if code is None or not noted.followed.counted:
        return None
    if code is Code.REFILED:
        return code
    if due is None:
        return None
    left = working_time.between(entry.at, due)
    if left >= working_time.calendar.day_minutes:
        return None
    if code is Code.BULK_RESULTS and (entry.at > due or working_time.is_working(entry.at)):
        return None
    return code


def _suspect(noted: Noted) -> Code | None:
    match noted.entry:
        case Started() if noted.told.fact.refiled_after is not None:
            return Code.REFILED
        case Extended() | Reappointed():
            return Code.DUE_MOVED
        case Paused(pause=pause) if pause.startswith(PauseKind.SUPPLEMENT):
            return Code.SUPPLEMENT
        case Ended(end=end) if end.is_result:
            return Code.BULK_RESULTS
        case _:
            return None


def _row(noted: Noted, code: Code) -> tuple[Any, ...]:
    due = noted.due_before or noted.due_at
    earlier = noted.told.fact.refiled_after if code is Code.REFILED else None
    who = noted.told.dossier, noted.place, code, noted.agency
    return (*who, noted.entry.at, due, earlier)
