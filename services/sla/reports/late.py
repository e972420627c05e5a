"""Late dossiers of a period with their causes: ended late within it, or overdue at its end."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Final
from uuid import UUID

import asyncpg

from services.sla.reports.cells import LATE_LIST
from services.sla.reports.members import CAUSE, Members, page, pages
from services.sla.reports.questions import Question
from shared.database import Database

MORE: Final = f"""
       , {CAUSE} as cause, clock.promised_at, clock.reappointed,
       (select unit from life where life.dossier = clock.dossier) as unit,
       (coalesce(members.ended_at at time zone 'Asia/Ho_Chi_Minh', $2::date)::date
        - (members.due_at at time zone 'Asia/Ho_Chi_Minh')::date) as days_late
"""  # noqa: S608 (only constants)
BY_CAUSE: Final = """
select cause, sum(count)::int as count from (
    select members.count, {cause} as cause
      from ({members}) as members join clock on clock.dossier = members.dossier
) as late group by cause order by count desc, cause
"""


async def list_late(
    connection: asyncpg.Connection,
    question: Question,
    cause: str | None,
    after: UUID | None,
    limit: int,
) -> list[asyncpg.Record]:
    """A page of the late list, in the order of filing."""
    return await page(connection, Members(question, LATE_LIST, after, limit, cause), MORE)


def all_late(
    database: Database, question: Question, cause: str | None
) -> AsyncIterator[list[asyncpg.Record]]:
    """The whole late list, page by page."""
    return pages(database, partial(Members, question, LATE_LIST, cause=cause), MORE)


async def count_causes(connection: asyncpg.Connection, question: Question) -> list[asyncpg.Record]:
    """How many are late by each cause; without a cause where nobody told one."""
    members = Members(question, LATE_LIST)
    statement = BY_CAUSE.format(cause=CAUSE, members=members.text)
    rows: list[asyncpg.Record] = await connection.fetch(statement, *members.parameters)
    return rows
