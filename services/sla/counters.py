"""Adds a batch's tally to the report counters: months opened, then one statement per table.

One writer at a time: the consumer's transaction holds the service's lock (shared.delivery).
"""

from collections.abc import Sequence
from datetime import date

import asyncpg

from services.sla import months
from services.sla.tally import Row, Tally

FIRST_MONTH = date(2000, 1, 1)
"""No month before is opened; a report that reaches there sums months from the beginning."""

SEPARATOR = chr(31)
"""Columns travel as one text each: the driver takes half a microsecond an array element."""

OPENED = "select month from opened order by month"

OPEN = "insert into opened (month) values ($1)"

CARRY = """
insert into balance (month, agency, procedure, field, channel, open, overdue, waiting)
select $2, agency, procedure, field, channel, sum(open), sum(overdue), sum(waiting)
  from (
    select agency, procedure, field, channel, open, overdue, waiting
      from balance where month = $1
    union all
    select agency, procedure, field, channel, open, overdue, waiting
      from counter_month where month = $1
  ) as before
 group by agency, procedure, field, channel
having (sum(open), sum(overdue), sum(waiting)) <> (0, 0, 0)
 order by agency, procedure, field, channel
"""
"""What a month leaves open is what the next one begins with."""

ADD_DAYS = """
merge into counter_day as known
using (
  select * from unnest(
    string_to_array($1, chr(31))::date[], string_to_array($2, chr(31)),
    string_to_array($3, chr(31)), string_to_array($4, chr(31)), string_to_array($5, chr(31)),
    string_to_array($6, chr(31))::int[], string_to_array($7, chr(31))::int[],
    string_to_array($8, chr(31))::int[], string_to_array($9, chr(31))::int[],
    string_to_array($10, chr(31))::int[], string_to_array($11, chr(31))::int[],
    string_to_array($12, chr(31))::int[], string_to_array($13, chr(31))::int[],
    string_to_array($14, chr(31))::int[], string_to_array($15, chr(31))::int[],
    string_to_array($16, chr(31))::int[], string_to_array($17, chr(31))::int[],
    string_to_array($18, chr(31))::int[], string_to_array($19, chr(31))::int[]
  ) as added (
    day, agency, procedure, field, channel,
    received, early, on_time, late, no_due_date, withdrawn, stopped,
    refused, recalled, moved_in, moved_out, open, overdue, waiting
  )
) as added
on (known.day, known.agency, known.procedure, known.field, known.channel)
 = (added.day, added.agency, added.procedure, added.field, added.channel)
when matched and (
    known.received, known.early, known.on_time, known.late, known.no_due_date,
    known.withdrawn, known.stopped, known.refused, known.recalled,
    known.moved_in, known.moved_out, known.open, known.overdue, known.waiting
  ) = (
    -added.received, -added.early, -added.on_time, -added.late, -added.no_due_date,
    -added.withdrawn, -added.stopped, -added.refused, -added.recalled,
    -added.moved_in, -added.moved_out, -added.open, -added.overdue, -added.waiting
  ) then delete
when matched then update set
    received = known.received + added.received,
    early = known.early + added.early,
    on_time = known.on_time + added.on_time,
    late = known.late + added.late,
    no_due_date = known.no_due_date + added.no_due_date,
    withdrawn = known.withdrawn + added.withdrawn,
    stopped = known.stopped + added.stopped,
    refused = known.refused + added.refused,
    recalled = known.recalled + added.recalled,
    moved_in = known.moved_in + added.moved_in,
    moved_out = known.moved_out + added.moved_out,
    open = known.open + added.open,
    overdue = known.overdue + added.overdue,
    waiting = known.waiting + added.waiting
when not matched then insert (
    day, agency, procedure, field, channel,
    received, early, on_time, late, no_due_date, withdrawn, stopped,
    refused, recalled, moved_in, moved_out, open, overdue, waiting
  ) values (
    added.day, added.agency, added.procedure, added.field, added.channel,
    added.received, added.early, added.on_time, added.late, added.no_due_date, added.withdrawn,
    added.stopped, added.refused, added.recalled, added.moved_in, added.moved_out,
    added.open, added.overdue, added.waiting
  )
"""
"""A row that comes to nothing is deleted: what stands does not depend on order or batches."""

ADD_MONTHS = (
    ADD_DAYS.replace("counter_day", "counter_month")
    .replace("    day,", "    month,")
    .replace("known.day", "known.month")
    .replace("added.day", "added.month")
)

ADD_BALANCES = """
merge into balance as known
using (
  select * from unnest(
    string_to_array($1, chr(31))::date[], string_to_array($2, chr(31)),
    string_to_array($3, chr(31)), string_to_array($4, chr(31)), string_to_array($5, chr(31)),
    string_to_array($6, chr(31))::int[], string_to_array($7, chr(31))::int[],
    string_to_array($8, chr(31))::int[]
  ) as added (month, agency, procedure, field, channel, open, overdue, waiting)
) as added
on (known.month, known.agency, known.procedure, known.field, known.channel)
 = (added.month, added.agency, added.procedure, added.field, added.channel)
when matched and (known.open, known.overdue, known.waiting)
    = (-added.open, -added.overdue, -added.waiting) then delete
when matched then update set
    open = known.open + added.open,
    overdue = known.overdue + added.overdue,
    waiting = known.waiting + added.waiting
when not matched then insert (month, agency, procedure, field, channel, open, overdue, waiting)
  values (added.month, added.agency, added.procedure, added.field, added.channel,
          added.open, added.overdue, added.waiting)
"""


async def add(connection: asyncpg.Connection, tally: Tally, begun: Sequence[date]) -> None:
    """Add a tally; `begun` are days that have come, so that their months may be opened."""
    opened = await _open(connection, begun)
    await _merge(connection, ADD_DAYS, tally.days())
    monthly, balances = tally.months(opened)
    await _merge(connection, ADD_MONTHS, monthly)
    await _merge(connection, ADD_BALANCES, balances)


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
        await connection.execute(CARRY, months.before(month), month)
    return earlier + opened + later
