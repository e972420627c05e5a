"""Hears of letters whose new day came too late: the dossier had moved on before it was read."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg

from services.sla.facts import Told
from services.sla.following import Batch
from shared.events import ApologyIssued

# A rebuild hears of it again, and what it writes into tables that are not rebuilt is dropped
# unless their schema is named; here it finds the note made.
VOID: Final = """
update public.apology as letter set voided_at = told.at
  from unnest($1::uuid[], $2::timestamptz[]) as told (dossier, at)
 where letter.dossier = told.dossier and letter.kind = 'overdue' and letter.number is not null
   and letter.voided_at is null
"""


async def follow(connection: asyncpg.Connection, _: Sequence[Told], batch: Batch) -> None:
    """Note on the letters that they re-appointed nobody."""
    void = [one for one in batch.void if isinstance(one.fact, ApologyIssued)]
    if void:
        dossiers = [UUID(one.dossier) for one in void]
        await connection.execute(VOID, dossiers, [one.recorded_at for one in void])
