"""Counts every level of counters again from the ledger, and tells what differs."""

from datetime import date
from typing import NamedTuple

import asyncpg

DIFFERENCES_MAX = 1000
"""More than this is a bug of one kind: the first ones tell it."""

CONTRIBUTIONS = """
create temp table recounted_day on commit drop as
with rows as (
    select ledger.dossier, ledger.kind, ledger.on_day, ledger.agency, ledger.stand,
           ledger.outcome, ledger.verdict, clock.procedure, clock.field, clock.channel,
           (judged_by at time zone 'Asia/Ho_Chi_Minh')::date + 1 as late_from,
           row_number() over life as place,
           lag(ledger.agency) over life as left_agency,
           lag(ledger.stand) over life as left_stand,
           lag(ledger.outcome) over life as left_outcome,
           lag(ledger.verdict) over life as left_verdict,
           lag((judged_by at time zone 'Asia/Ho_Chi_Minh')::date + 1) over life as left_late
      from ledger
      join clock using (dossier)
     cross join lateral (
        select case when clock.adjusted then coalesce(ledger.promised_at, ledger.due_at)
                    else ledger.due_at end as judged_by) as basis
     where clock.counted
    window life as (partition by ledger.dossier order by ledger.place)
), stands as (
    select agency, procedure, field, channel, on_day, 1 as sign,
           stand, outcome, verdict, late_from from rows
    union all
    select left_agency, procedure, field, channel, on_day, -1,
           left_stand, left_outcome, left_verdict, left_late from rows where place > 1
), counted as (
    select on_day as day, agency, procedure, field, channel, measure, sum(sign) as count
      from stands
     cross join lateral (values
        ('open', stand <> 'ended'),
        ('waiting', stand in ('waiting', 'suspended')),
        ('early', verdict = 'early'),
        ('on_time', verdict in ('on_time', 'no_due_date')),
        ('late', verdict = 'late'),
        ('no_due_date', verdict = 'no_due_date'),
        ('withdrawn', outcome = 'withdrawn'),
        ('stopped', outcome = 'stopped'),
        ('refused', outcome = 'refused')
     ) as measures (measure, holds)
     where holds
     group by 1, 2, 3, 4, 5, 6
    union all
    select greatest(on_day, late_from), agency, procedure, field, channel, 'overdue', sum(sign)
      from stands where stand = 'running' and late_from is not null
     group by 1, 2, 3, 4, 5, 6
    union all
    select on_day, agency, procedure, field, channel, 'received', count(*)
      from rows where kind = 'started' group by 1, 2, 3, 4, 5, 6
    union all
    select on_day, agency, procedure, field, channel, 'recalled', count(*)
      from rows where kind = 'recalled' group by 1, 2, 3, 4, 5, 6
    union all
    select on_day, agency, procedure, field, channel, 'moved_in', count(*)
      from rows where kind = 'transferred' group by 1, 2, 3, 4, 5, 6
    union all
    select on_day, left_agency, procedure, field, channel, 'moved_out', count(*)
      from rows where kind = 'transferred' group by 1, 2, 3, 4, 5, 6
)
select day, agency, procedure, field, channel, measure, sum(count)::int as count
  from counted group by day, agency, procedure, field, channel, measure having sum(count) <> 0
"""
"""Written apart from the counting code, in another language, from the ledger's words alone."""

COMPARE_DAYS = """
select 'counter_day' as level, day as period, agency, procedure, field, channel, measure,
       coalesce(kept.count, 0) as kept, coalesce(recounted.count, 0) as recounted
  from (
    select day, agency, procedure, field, channel, measure, count
      from counter_day
     cross join lateral (values
        ('received', received), ('early', early), ('on_time', on_time), ('late', late),
        ('no_due_date', no_due_date), ('withdrawn', withdrawn), ('stopped', stopped),
        ('refused', refused), ('recalled', recalled), ('moved_in', moved_in),
        ('moved_out', moved_out), ('open', open), ('overdue', overdue), ('waiting', waiting)
     ) as measures (measure, count)
     where count <> 0
  ) as kept
  full join recounted_day as recounted
 using (day, agency, procedure, field, channel, measure)
 where kept.count is distinct from recounted.count
 order by day, agency, procedure, field, channel, measure
 limit $1
"""

MONTHS = """
create temp table recounted_month on commit drop as
select date_trunc('month', day)::date as month, agency, procedure, field, channel, measure,
       sum(count)::int as count
  from recounted_day group by 1, 2, 3, 4, 5, 6 having sum(count) <> 0
"""

COMPARE_MONTHS = (
    COMPARE_DAYS.replace("counter_day", "counter_month")
    .replace("recounted_day", "recounted_month")
    .replace("day", "month")
)

COMPARE_BALANCES = """
with recounted as (
    select opened.month, agency, procedure, field, channel, measure, sum(count)::int as count
      from opened
      join recounted_month on recounted_month.month < opened.month
     where measure in ('open', 'overdue', 'waiting')
     group by 1, 2, 3, 4, 5, 6 having sum(count) <> 0
), kept as (
    select month, agency, procedure, field, channel, measure, count
      from balance
     cross join lateral (values
        ('open', open), ('overdue', overdue), ('waiting', waiting)
     ) as measures (measure, count)
     where count <> 0
)
select 'balance' as level, month as period, agency, procedure, field, channel, measure,
       coalesce(kept.count, 0) as kept, coalesce(recounted.count, 0) as recounted
  from kept full join recounted using (month, agency, procedure, field, channel, measure)
 where kept.count is distinct from recounted.count
 order by month, agency, procedure, field, channel, measure
 limit $1
"""

FIELDS = """
create temp table recounted_field on commit drop as
select month, agency, '' as procedure, field, '' as channel, measure, sum(count)::int as count
  from (
    select month, agency, field, measure, count from recounted_month
    union all
    select month, agency, field, 'received_online', count from recounted_month
     where measure = 'received' and channel in ('online_partial', 'online_full', 'kiosk')
  ) as counted
 group by month, agency, field, measure having sum(count) <> 0
"""

COMPARE_FIELDS = (
    COMPARE_MONTHS.replace("recounted_month", "recounted_field")
    .replace(
        "from counter_month",
        "from (select *, '' as procedure, '' as channel from counter_field) as c",
    )
    .replace("counter_month", "counter_field")
    .replace(
        "('received', received),", "('received', received), ('received_online', received_online),"
    )
)
COMPARE_FIELD_BALANCES = (
    COMPARE_BALANCES.replace("recounted_month", "recounted_field")
    .replace(
        "from balance\n",
        "from (select *, '' as procedure, '' as channel from balance_field) as b\n",
    )
    .replace("'balance'", "'balance_field'")
)
"""By agency and field alone: procedure and channel stand empty in what is told."""


class Difference(NamedTuple):
    """One counter that does not say what the ledger says."""

    level: str
    period: date
    agency: str
    procedure: str
    field: str
    channel: str
    measure: str
    kept: int
    recounted: int


COMPARISONS = (
    COMPARE_DAYS,
    COMPARE_MONTHS,
    COMPARE_BALANCES,
    COMPARE_FIELDS,
    COMPARE_FIELD_BALANCES,
)


async def recount(connection: asyncpg.Connection) -> list[Difference]:
    """Recompute every level from the ledger; an empty list means all is right.

    One snapshot for all: the consumer goes on counting meanwhile.
    """
    async with connection.transaction(isolation="repeatable_read"):
        await connection.execute(CONTRIBUTIONS)
        await connection.execute(MONTHS)
        await connection.execute(FIELDS)
        found = []
        for comparison in COMPARISONS:
            found += await connection.fetch(comparison, DIFFERENCES_MAX)
    return [Difference(**row) for row in found]
