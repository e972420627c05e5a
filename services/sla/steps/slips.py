"""Gathers what a dossier's control slip says."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg

from services.sla.followed import Followed
from services.sla.schemas.steps import HandoverRow, SlipView
from services.sla.steps import holders, numbering

NAMES: Final = """
    select a.name, p.name as parent,
           (select name from procedure_copy where code = $2 and version = $3) as procedure
    from (select $1::text as code) as asked
    left join agency_copy a using (code)
    left join agency_copy p on p.code = a.parent
"""


async def gather(connection: asyncpg.Connection, followed: Followed) -> SlipView:
    """Tell every hand-over of a dossier as its slip shows it."""
    dossier = UUID(followed.dossier)
    stays = await holders.of_dossier(connection, dossier)
    numbered = await numbering.known(connection, dossier)
    key = followed.key
    names = await connection.fetchrow(NAMES, key.agency, key.procedure, followed.procedure_version)
    agencies = dict.fromkeys(stay["agency"] for stay in stays)
    return SlipView(
        dossier=dossier,
        code=followed.code,
        number=None if numbered is None else numbered.number,
        year=None if numbered is None else numbered.year,
        agency=key.agency,
        agency_name=names["name"] or key.agency,
        parent_name=names["parent"],
        co_operating=[agency for agency in agencies if agency != key.agency],
        procedure=key.procedure,
        procedure_name=names["procedure"] or key.procedure,
        received_at=followed.accepted_at,
        due_at=followed.clock.promised_at,
        rows=_rows(stays),
    )


def _rows(stays: Sequence[asyncpg.Record]) -> list[HandoverRow]:
    """A row for each stay: who gave it to whom, and how the step ended there."""
    return [
        HandoverRow(
            name=stay["name"],
            from_unit=stay["from_unit"],
            from_officer=stay["from_officer"],
            unit=stay["unit"],
            officer=stay["officer"],
            given_at=stay["given_at"],
            confirmed_at=stay["confirmed_at"],
            verdict=stay["verdict"],
        )
        for stay in stays
    ]
