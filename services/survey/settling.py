"""Writes answers anew among others: where a row stands and which transaction wrote it tell time.

The only slip that came in a minute would belong to whoever was handed a link in that minute.
"""

from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import text

from services.survey.models import Answer, Remark
from shared.database import Database
from shared.delivery.periodic import Periodic

TOGETHER_MIN: Final = 5
"""Fewer wait for others."""
ROWS_A_TIME: Final = 2000
REST_SECONDS: Final = 600.0

# Writers wait for some milliseconds, or this waits for its next turn.
_PATIENCE = text("set local lock_timeout = '2s'")
_ALONE = text("lock table answer, remark in share row exclusive mode")
_WAITING = text("""
    select (select count(*) from (select from answer where not settled limit :rows) as a)
""")


def _rewrite(table: Table) -> Any:
    """Delete the rows and write them again in the order of their ids, which is nobody's order."""
    kept = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "settled")
    return text(f"""
        with taken as (
            delete from {table.name} where id in (
                select id from {table.name} where not settled order by id limit :rows)
            returning {kept}
        )
        insert into {table.name} ({kept}, settled)
        select {kept}, true from taken order by id
    """)  # noqa: S608 (names of our own tables and columns)


_REWRITE: Final = tuple(
    _rewrite(model.metadata.tables[model.__tablename__]) for model in (Answer, Remark)
)


async def settle(database: Database) -> None:
    """Settle what came since the last time, if it is enough to hide among."""
    async with database.transaction() as session:
        await _settle(session)


async def _settle(session: AsyncSession) -> None:
    await session.execute(_PATIENCE)
    await session.execute(_ALONE)
    bound = {"rows": ROWS_A_TIME}
    if (await session.scalar(_WAITING, bound) or 0) < TOGETHER_MIN:
        return
    for statement in _REWRITE:
        await session.execute(statement, bound)


SETTLE: Final = Periodic("settle-answers", REST_SECONDS, settle)
"""For the survey's worker."""
