"""Fills sla's counters, and a table of single dossiers, with three years of a province."""

from datetime import date

import asyncpg

from services.sla import months
from services.sla.counters import CARRY

FIRST = date(2023, 10, 1)
DAYS = 1_096
"""The last day is 30/09/2026; what was received lately is open still."""
AGENCIES, PROCEDURES, FIELDS = 169, 137, 30

LIVES = """
create table lived as
select n, agency, procedure, field, channel, received_on, due_on, waiting,
       case when not waiting and ended_on <= $1::date + $2::int - 1 then ended_on end as ended_on,
       case when ended_on < due_on then 'early' when ended_on = due_on then 'on_time'
            else 'late' end as verdict
  from (
    select n, 'H20.' || (100 + floor($3::int * power(random(), 1.4))::int) as agency,
           '1.' || lpad(drawn.procedure::text, 6, '0') as procedure,
           'Lĩnh vực quản lý số ' || (drawn.procedure % $5::int) as field,
           (array['counter', 'online_full', 'online_partial', 'postal', 'home'])
               [1 + floor(5 * power(random(), 2))::int] as channel,
           drawn.received_on, drawn.received_on + drawn.days as due_on,
           drawn.received_on + case when random() < 0.04
               then drawn.days + 1 + floor(random() * 12)::int
               else floor(random() * (drawn.days + 1))::int end as ended_on,
           random() < 0.01 and drawn.received_on > $1::date + $2::int - 90 as waiting
      from (
        select n, $1::date + floor(random() * $2::int)::int as received_on,
               1 + floor(random() * 25)::int as days,
               floor($4::int * power(random(), 2.5))::int as procedure
          from generate_series(1, $6::int) as n
      ) as drawn
  ) as lives
"""
INDEXES = """
create index lived_received on lived (received_on) include (agency, field, channel);
create index lived_ended on lived (ended_on)
    include (received_on, due_on, agency, field, verdict);
create index lived_open on lived (received_on) include (due_on, waiting, agency, field)
    where ended_on is null
"""
# What each part of the answer needs lies in its index: no dossier itself is looked up.
# As in life, the rows of a month lie together.
COUNT_DAYS = """
insert into counter_day (day, agency, procedure, field, channel, received, early, on_time, late,
    no_due_date, withdrawn, stopped, refused, recalled, moved_in, moved_out, open, overdue, waiting)
select day, agency, procedure, field, channel, sum(received), sum(early), sum(on_time), sum(late),
       0, 0, 0, 0, 0, 0, 0, sum(open), sum(overdue), sum(waiting)
  from (
    select received_on as day, agency, procedure, field, channel, 1 as received, 0 as early,
           0 as on_time, 0 as late, 1 as open, 0 as overdue, waiting::int from lived
    union all
    select ended_on, agency, procedure, field, channel, 0, (verdict = 'early')::int,
           (verdict = 'on_time')::int, (verdict = 'late')::int, -1, -(verdict = 'late')::int, 0
      from lived where ended_on is not null
    union all
    select due_on + 1, agency, procedure, field, channel, 0, 0, 0, 0, 0, 1, 0
      from lived where not waiting and (ended_on is null or verdict = 'late')
  ) as counted
 group by day, agency, procedure, field, channel order by day
"""
COUNT_MONTHS = """
insert into counter_month
select date_trunc('month', day)::date, agency, procedure, field, channel, sum(received), sum(early),
       sum(on_time), sum(late), 0, 0, 0, 0, 0, 0, 0, sum(open), sum(overdue), sum(waiting)
  from counter_day group by 1, 2, 3, 4, 5 order by 1
"""
COUNT_FIELDS = """
insert into counter_field (month, agency, field, received_online, received, early, on_time, late,
    no_due_date, withdrawn, stopped, refused, recalled, moved_in, moved_out, open, overdue, waiting)
select month, agency, field, sum(received * (channel in ('online_full', 'online_partial'))::int),
       sum(received), sum(early), sum(on_time), sum(late), 0, 0, 0, 0, 0, 0, 0, sum(open),
       sum(overdue), sum(waiting)
  from counter_month group by month, agency, field order by month
"""
PLAIN = ("counter_day", "counter_month", "balance")


async def fill(connection: asyncpg.Connection, count: int) -> None:
    """Make up so many lives with one due and one end each, and count them at every level."""
    await connection.execute("set maintenance_work_mem = '512MB'; set work_mem = '256MB'")
    await connection.execute("select setseed(0.5)")
    await connection.execute(LIVES, FIRST, DAYS, AGENCIES, PROCEDURES, FIELDS, count)
    await connection.execute(INDEXES)
    await connection.execute("vacuum analyze lived")
    for table in PLAIN:
        await connection.execute(f"alter table {table} drop constraint {table}_pkey")
    await connection.execute(COUNT_DAYS)
    await connection.execute(COUNT_MONTHS)
    await connection.execute(COUNT_FIELDS)
    for table, period in zip(PLAIN, ("day", "month", "month"), strict=True):
        await connection.execute(
            f"alter table {table} add constraint {table}_pkey"
            f" primary key ({period}, agency, procedure, field, channel)"
        )
    last = months.month_of(date.fromordinal(FIRST.toordinal() + DAYS - 1))
    for month in months.between(FIRST, months.after(last)):
        await connection.execute("insert into opened (month) values ($1)", month)
        if month != FIRST:
            for carry in CARRY:
                await connection.execute(carry, months.before(month), month)
    for table in (*PLAIN, "counter_field", "balance_field"):
        await connection.execute(f"vacuum analyze {table}")
