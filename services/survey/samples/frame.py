"""Keeps the sampling frame: every dossier whose result was handed over."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from services.survey.following import Dossier
from shared.columns import columns
from shared.working_time import business_date

KEEP = """
    insert into returned_dossier (dossier, code, agency, procedure, field, channel, returned_on)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                         $7::date[])
    on conflict (dossier) do nothing
"""


async def keep(
    connection: asyncpg.Connection, returned: Sequence[tuple[Dossier, datetime]]
) -> None:
    """Keep dossiers as they were when they were returned."""
    rows = [
        (
            dossier.id,
            dossier.code or "",
            dossier.agency,
            dossier.procedure,
            dossier.field,
            dossier.channel,
            business_date(at),
        )
        for dossier, at in returned
    ]
    await connection.execute(KEEP, *columns(rows))
