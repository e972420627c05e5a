"""Moves the counters of overdue dossiers with half a million dues: set-based, at every level.

Where a due moved, nothing else that is counted did. A row that comes to nothing is deleted, as
`counters` does it: what stands does not depend on who wrote it.
"""

from collections.abc import Sequence
from typing import Final

import asyncpg

from services.sla.counters import FIELD_KEYS, KEYS, STATE_NAMES
from services.sla.fields import FIELD_MEASURES
from services.sla.stand import MEASURES

OVERDUE: Final = "overdue"

# A dossier is overdue from the day after its due, but never before the day on which it moved.
CONTRIBUTIONS: Final = """
drop table if exists pg_temp.contribution;
create temp table contribution on commit drop as
select day, date_trunc('month', day)::date as month, agency, procedure, field, channel,
       sum(count)::integer as overdue
  from moved
 cross join lateral (values (greatest(on_day, due_on_before + 1), -1),
                            (greatest(on_day, due_on_after + 1), 1)) as puts (day, count)
 where counted and phase = 'running' and due_on_before <> due_on_after
 group by day, agency, procedure, field, channel having sum(count) <> 0
"""
CARRIED: Final = "contribution join opened on opened.month > contribution.month"
"""What balances of later months begin with: none, unless an order was heard months late."""


def _adding(
    table: str, period: str, keys: Sequence[str], measures: Sequence[str], source: str
) -> str:
    columns = (period, *keys)
    others = [measure for measure in measures if measure != OVERDUE]

    def named(names: Sequence[str], prefix: str = "") -> str:
        return ", ".join(f"{prefix}{name}" for name in names)

    empty = " and ".join(f"known.{other} = 0" for other in others)
    return f"""
merge into {table} as known
using (select {named(columns)}, overdue from {source} order by {named(columns)}) as added
on ({named(columns, "known.")}) = ({named(columns, "added.")})
when matched and known.overdue = -added.overdue and {empty} then delete
when matched then update set overdue = known.overdue + added.overdue
when not matched then insert ({named((*columns, OVERDUE, *others))})
values ({named((*columns, OVERDUE), "added.")}, {", ".join("0" for _ in others)})
"""  # noqa: S608 (names of our own)


def _summed(columns: Sequence[str], source: str) -> str:
    names = ", ".join(columns)
    return f"""(
select {names}, sum(overdue)::integer as overdue from {source}
 group by {names} having sum(overdue) <> 0) as summed
"""  # noqa: S608 (names of our own)


STATEMENTS: Final = (
    _adding("counter_day", "day", KEYS, MEASURES, "contribution"),
    *(
        _adding(table, "month", keys, measures, _summed((month, *keys), source))
        for table, keys, measures, month, source in (
            ("counter_month", KEYS, MEASURES, "month", "contribution"),
            ("counter_field", FIELD_KEYS, FIELD_MEASURES, "month", "contribution"),
            ("balance", KEYS, STATE_NAMES, "opened.month", CARRIED),
            ("balance_field", FIELD_KEYS, STATE_NAMES, "opened.month", CARRIED),
        )
    ),
)


async def add(connection: asyncpg.Connection) -> None:
    """Add what the clocks in the temporary table `moved` change; their months must be opened."""
    await connection.execute(CONTRIBUTIONS)
    await connection.execute("analyze contribution")
    for statement in STATEMENTS:
        await connection.execute(statement)
