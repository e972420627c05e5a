"""Reports that were submitted, causes of lateness, and counters by field alone."""

from alembic import op

revision = "20261122_reports"
down_revision = "20261121_apologies"
branch_labels = None
depends_on = None

COUNTER_FIELD = """
create table counter_field (
    month date not null,
    agency text collate "C" not null,
    field text collate "C" not null,
    received_online integer not null,
    received integer not null,
    early integer not null,
    on_time integer not null,
    late integer not null,
    no_due_date integer not null,
    withdrawn integer not null,
    stopped integer not null,
    refused integer not null,
    recalled integer not null,
    moved_in integer not null,
    moved_out integer not null,
    open integer not null,
    overdue integer not null,
    waiting integer not null,
    constraint counter_field_pkey primary key (month, agency, field)
)
"""
BALANCE_FIELD = """
create table balance_field (
    month date not null,
    agency text collate "C" not null,
    field text collate "C" not null,
    open integer not null,
    overdue integer not null,
    waiting integer not null,
    constraint balance_field_pkey primary key (month, agency, field)
)
"""
# What was counted before this revision.
COUNT_FIELDS = """
insert into counter_field (month, agency, field, received_online, received, early, on_time, late,
    no_due_date, withdrawn, stopped, refused, recalled, moved_in, moved_out, open, overdue, waiting)
select * from (
    select month, agency, field,
           coalesce(sum(received) filter (
               where channel in ('online_partial', 'online_full', 'kiosk')), 0) as received_online,
           sum(received) as received, sum(early) as early, sum(on_time) as on_time,
           sum(late) as late, sum(no_due_date) as no_due_date, sum(withdrawn) as withdrawn,
           sum(stopped) as stopped, sum(refused) as refused, sum(recalled) as recalled,
           sum(moved_in) as moved_in, sum(moved_out) as moved_out, sum(open) as open,
           sum(overdue) as overdue, sum(waiting) as waiting
      from counter_month group by month, agency, field
) as summed
where (received_online, received, early, on_time, late, no_due_date, withdrawn, stopped, refused,
       recalled, moved_in, moved_out, open, overdue, waiting)
   <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
"""
COUNT_FIELD_BALANCES = """
insert into balance_field
select month, agency, field, sum(open), sum(overdue), sum(waiting)
  from balance group by month, agency, field
having (sum(open), sum(overdue), sum(waiting)) <> (0, 0, 0)
"""

LATENESS_CAUSE = """
create table lateness_cause (
    dossier uuid not null,
    cause text not null,
    entered_by text not null,
    entered_at timestamptz not null,
    constraint lateness_cause_pkey primary key (dossier)
)
"""
SUBMITTED_REPORT = """
create table submitted_report (
    id uuid not null,
    form text not null,
    first date not null,
    last date not null,
    agencies text[],
    group_by text[] not null,
    rows jsonb not null,
    position bigint,
    submitted_by text not null,
    submitted_at timestamptz not null,
    constraint submitted_report_pkey primary key (id)
)
"""
LATE_ENTRY = """
create table late_entry (
    dossier uuid not null,
    place integer not null,
    last_place integer not null,
    on_day date not null,
    recorded_at timestamptz not null,
    constraint late_entry_pkey primary key (dossier, place)
)
"""
# Drill-down: who was received, ended, was recalled or moved within a period.
LEDGER_DAYS = """
create index ledger_days on ledger (agency, on_day)
 where kind in ('started', 'ended', 'recalled', 'transferred')
"""


def upgrade() -> None:
    op.execute(COUNTER_FIELD)
    op.execute(BALANCE_FIELD)
    op.execute(COUNT_FIELDS)
    op.execute(COUNT_FIELD_BALANCES)
    op.execute(LATENESS_CAUSE)
    op.execute(SUBMITTED_REPORT)
    op.execute("create index submitted_report_order on submitted_report (submitted_at, id)")
    op.execute(LATE_ENTRY)
    op.execute("create index late_entry_recorded on late_entry using brin (recorded_at)")
    op.execute(LEDGER_DAYS)
