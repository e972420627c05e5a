"""Writes and reads the append-only ledger of the clocks."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from services.sla.entries import kind_of
from services.sla.followed import Noted

COLUMNS = (
    "dossier", "place", "source", "source_sequence", "entry", "kind", "told_at", "at", "on_day",
    "agency", "pause", "mode", "ground", "due_before", "due_at", "promised_at", "used_minutes",
    "calendar", "calendar_version", "told", "stand", "outcome", "verdict",
)  # fmt: skip

SELECT = "select * from ledger where dossier = $1 order by place"


async def write(connection: asyncpg.Connection, ledger: Sequence[Noted]) -> None:
    """Append what a batch noted."""
    if ledger:
        await connection.copy_records_to_table("ledger", records=map(_row, ledger), columns=COLUMNS)


async def read(connection: asyncpg.Connection, dossier: Any) -> list[asyncpg.Record]:
    """Get a dossier's whole ledger, oldest first."""
    rows: list[asyncpg.Record] = await connection.fetch(SELECT, dossier)
    return rows


def _row(noted: Noted) -> tuple[Any, ...]:
    told, entry, stand = noted.told, noted.entry, noted.stand
    return (
        told.dossier,
        noted.place,
        told.source,
        told.sequence,
        told.entry,
        kind_of(entry),
        None if noted.told_at == entry.at else noted.told_at,
        entry.at,
        noted.on,
        noted.agency,
        getattr(entry, "pause", None),
        getattr(entry, "mode", None),
        noted.ground,
        None if noted.due_before == noted.due_at else noted.due_before,
        noted.due_at,
        None if noted.promised_at == noted.due_at else noted.promised_at,
        noted.used,
        *noted.calendar,
        getattr(entry, "told_due", None) is not None,
        stand.kind,
        stand.end,
        stand.verdict,
    )
