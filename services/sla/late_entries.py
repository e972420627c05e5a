"""Keeps which rows of the ledger were told after their day: what changes a report of the past."""

from collections.abc import Sequence
from typing import Final

import asyncpg

from services.sla.facts import Told
from services.sla.followed import Noted
from services.sla.following import Batch
from shared.working_time import business_date

COLUMNS: Final = ("dossier", "place", "last_place", "on_day", "recorded_at")


async def follow(connection: asyncpg.Connection, _: Sequence[Told], batch: Batch) -> None:
    """Note the rows that a batch told late, a line for each fact or life told whole."""
    told: dict[tuple[str, str, int], list[Noted]] = {}
    for noted in batch.ledger:
        if noted.on < business_date(noted.told.recorded_at):
            fact = (noted.told.dossier, noted.told.source, noted.told.sequence)
            told.setdefault(fact, []).append(noted)
    if told:
        await connection.copy_records_to_table(
            "late_entry", records=map(_row, told.values()), columns=COLUMNS
        )


def _row(late: Sequence[Noted]) -> tuple[object, ...]:
    first, last = late[0], late[-1]
    dossier, recorded_at = first.told.dossier, first.told.recorded_at
    return dossier, first.place, last.place, first.on, recorded_at
