"""Adds a batch's tally to the report counters: months opened, then one statement per table.

One writer at a time: the consumer's transaction holds the service's lock (shared.delivery).
"""

from collections.abc import Sequence
from datetime import date

import asyncpg

from services.sla import months
from services.sla.fields import FIELD_MEASURES, balances_by_field, by_field
from services.sla.stand import MEASURES, STATES
from services.sla.tally import Row, Tally

FIRST_MONTH = date(2000, 1, 1)
"""No month before is opened; a report that reaches there sums months from the beginning."""

SEPARATOR = chr(31)
"""Columns travel as one text each: the driver takes half a microsecond an array element."""

OPENED = "select month from opened order by month"

OPEN = "insert into opened (month) values ($1)"

KEYS = ("agency", "procedure", "field", "channel")
FIELD_KEYS = ("agency", "field")
STATE_NAMES = tuple(measure.name.lower() for measure in STATES)


def _carrying(table: str, counters: str, keys: Sequence[str]) -> str:
    """The statement that opens a month: what the one before leaves open, it begins with."""
    key, states = ", ".join(keys), ", ".join(STATE_NAMES)
    sums = ", ".join(f"sum({name})" for name in STATE_NAMES)
    return f"""
insert into {table} (month, {key}, {states})
select $2, {key}, {sums}
  from (
    select {key}, {states} from {table} where month = $1
    union all
    select {key}, {states} from {counters} where month = $1
  ) as before
 group by {key}
having ({sums}) <> (0, 0, 0)
 order by {key}
"""  # noqa: S608 (names of our own)


def _merging(table: str, period: str, keys: Sequence[str], measures: Sequence[str]) -> str:
    """The statement that adds rows to a table of counters.

    A row that comes to nothing is deleted: what stands does not depend on order or batches.
    """
    types = ["date[]", *["text[]"] * len(keys), *["int[]"] * len(measures)]
    columns = (period, *keys, *measures)
    arrays = ", ".join(
        f"string_to_array(${place}, chr(31))::{kind}" for place, kind in enumerate(types, 1)
    )

    def named(names: Sequence[str], prefix: str) -> str:
        return ", ".join(f"{prefix}{name}" for name in names)

    summed = ", ".join(f"{name} = known.{name} + added.{name}" for name in measures)
    return f"""
merge into {table} as known
using (select * from unnest({arrays}) as added ({named(columns, "")})) as added
on ({named((period, *keys), "known.")}) = ({named((period, *keys), "added.")})
when matched and ({named(measures, "known.")}) = ({named(measures, "-added.")}) then delete
when matched then update set {summed}
when not matched then insert ({named(columns, "")}) values ({named(columns, "added.")})
"""  # noqa: S608 (names of our own)


CARRY = (
    _carrying("balance", "counter_month", KEYS),
    _carrying("balance_field", "counter_field", FIELD_KEYS),
)
ADD_DAYS = _merging("counter_day", "day", KEYS, MEASURES)
ADD_MONTHS = _merging("counter_month", "month", KEYS, MEASURES)
ADD_BALANCES = _merging("balance", "month", KEYS, STATE_NAMES)
ADD_FIELDS = _merging("counter_field", "month", FIELD_KEYS, FIELD_MEASURES)
ADD_FIELD_BALANCES = _merging("balance_field", "month", FIELD_KEYS, STATE_NAMES)


async def add(connection: asyncpg.Connection, tally: Tally, begun: Sequence[date]) -> None:
    """Add a tally; `begun` are days that have come, so that their months may be opened."""
    opened = await _open(connection, begun)
    await _merge(connection, ADD_DAYS, tally.days())
    monthly, balances = tally.months(opened)
    await _merge(connection, ADD_MONTHS, monthly)
    await _merge(connection, ADD_BALANCES, balances)
    await _merge(connection, ADD_FIELDS, by_field(monthly))
    await _merge(connection, ADD_FIELD_BALANCES, balances_by_field(balances))


async def _merge(connection: asyncpg.Connection, statement: str, rows: Sequence[Row]) -> None:
    if rows:
        columns = [SEPARATOR.join(map(str, column)) for column in zip(*rows, strict=True)]
        await connection.execute(statement, *columns)


async def _open(connection: asyncpg.Connection, begun: Sequence[date]) -> list[date]:
    """Open every month between the first and the last that has begun; tell all opened ones."""
    opened = [row["month"] for row in await connection.fetch(OPENED)]
    begun_months = sorted({max(months.month_of(day), FIRST_MONTH) for day in begun})
    if not begun_months:
        return opened
    beyond = months.after(begun_months[-1])
    # Nothing was counted before the first month known so far: earlier ones begin with nothing.
    earlier = list(months.between(begun_months[0], opened[0] if opened else beyond))
    later = list(months.between(months.after(opened[-1]), beyond)) if opened else []
    if earlier or later:
        await connection.executemany(OPEN, [(month,) for month in (*earlier, *later)])
    for month in later:
        for carry in CARRY:
            await connection.execute(carry, months.before(month), month)
    return earlier + opened + later
