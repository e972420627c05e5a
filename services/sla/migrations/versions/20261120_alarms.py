"""Alarms before and after the due: when they ring, what rang, and the ladders they follow."""

from alembic import op

revision = "20261120_alarms"
down_revision = "20261119_steps"
branch_labels = None
depends_on = None

ALARM_CLOCK = """
create table alarm_clock (
    dossier uuid not null,
    next_at timestamptz,
    sequence bigint not null default 0,
    constraint alarm_clock_pkey primary key (dossier)
) with (autovacuum_vacuum_scale_factor = 0.02)
"""
ALARM = """
create table alarm (
    dossier uuid not null,
    due_at timestamptz not null,
    rung text not null,
    rank text not null,
    code text collate "C" not null,
    agency text collate "C" not null,
    procedure text collate "C" not null,
    unit text,
    officer text,
    skipped text[] not null,
    planned_at timestamptz not null,
    left_minutes integer not null,
    raised_at timestamptz not null,
    constraint alarm_pkey primary key (dossier, due_at, rung)
)
"""
ALARM_LADDER = """
create table alarm_ladder (
    agency text collate "C" not null,
    procedure text collate "C" not null,
    effective_from date not null,
    rungs jsonb not null,
    decided_by text not null,
    decided_at timestamptz not null,
    constraint alarm_ladder_pkey primary key (agency, procedure, effective_from)
)
"""


def upgrade() -> None:
    op.execute(ALARM_CLOCK)
    op.execute("create index alarm_clock_next on alarm_clock (next_at) where next_at is not null")
    op.execute(ALARM)
    op.execute("create index alarm_raised on alarm (raised_at, dossier)")
    op.execute("create index alarm_agency_raised on alarm (agency, raised_at, dossier)")
    op.execute(ALARM_LADDER)
