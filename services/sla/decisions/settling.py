"""Notes what became of extensions, when the clock heard of them."""

from collections.abc import Sequence
from typing import Final

import asyncpg

from services.sla.decisions.extending import State
from services.sla.facts import Told
from services.sla.following import Batch
from shared.columns import columns
from shared.events import DeadlineExtended

SETTLE: Final = """
update extension set state = told.state, due_after = told.due_after
  from unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[])
       as told (dossier, number, state, due_after)
 where (extension.dossier, extension.number) = (told.dossier, told.number)
"""


async def follow(connection: asyncpg.Connection, _: Sequence[Told], batch: Batch) -> None:
    """Tell the decisions that moved their clock from those that came too late."""
    settled = [
        (noted.told.dossier, noted.told.sequence, State.APPLIED, noted.due_at)
        for noted in batch.ledger
        if isinstance(noted.told.fact, DeadlineExtended)
    ] + [
        (told.dossier, told.sequence, State.VOID, None)
        for told in batch.void
        if isinstance(told.fact, DeadlineExtended)
    ]
    if settled:
        await connection.execute(SETTLE, *columns(settled))
