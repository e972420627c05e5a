"""Enters why a dossier is late."""

from datetime import datetime
from typing import Final

import asyncpg

from services.sla import causes, watching
from services.sla.followed import Followed
from services.sla.stand import StandKind
from services.sla.verdicts import Verdict
from shared.errors import Conflict
from shared.identity import Principal
from shared.working_time import business_date

PUT: Final = """
insert into lateness_cause (dossier, cause, entered_by, entered_at) values ($1, $2, $3, $4)
on conflict (dossier) do update
   set cause = excluded.cause, entered_by = excluded.entered_by, entered_at = excluded.entered_at
returning dossier, cause, entered_by, entered_at
"""


async def enter(
    connection: asyncpg.Connection, reference: str, principal: Principal, cause: str, now: datetime
) -> asyncpg.Record:
    """Enter a cause, or another one in its place.

    Raises NotFound, Conflict when not late, Unprocessable for one that the catalogue lacks.
    """
    followed = (await watching.watch(connection, reference, principal)).followed
    if not is_late(followed, now):
        raise Conflict("Hồ sơ này không quá hạn nên không có nguyên nhân.", code="not_late")
    await causes.check(connection, followed.key.agency, cause)
    return await connection.fetchrow(PUT, followed.dossier, cause, principal.subject, now)


def is_late(followed: Followed, now: datetime) -> bool:
    """Whether the report counts a dossier as late today: ended late, or running past its due."""
    stand = followed.stand
    if stand.kind is not StandKind.RUNNING:
        return stand.verdict is Verdict.LATE
    return stand.due_on is not None and stand.due_on < business_date(now)
