"""The kernel's tables, and what intake keeps of the catalogue."""

from alembic import op

revision = "20260101"
down_revision = None
branch_labels = None
depends_on = None

KERNEL = (
    """
    create table outbox (
        position bigint generated always as identity (cache 1),
        id uuid not null,
        subject text not null,
        body bytea not null,
        constraint outbox_pkey primary key (position)
    )
    """,
    "alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)",
    """
    create table reached (
        stream text not null,
        position bigint not null,
        event_id text,
        constraint reached_pkey primary key (stream)
    )
    """,
    """
    create table applied (
        aggregate text not null,
        last_sequence bigint not null,
        parked integer default 0 not null,
        constraint applied_pkey primary key (aggregate)
    )
    """,
    """
    create table parked (
        aggregate text not null,
        sequence bigint not null,
        subject text not null,
        body bytea not null,
        state text not null,
        attempts integer default 0 not null,
        next_try timestamptz,
        error text,
        parked_at timestamptz default now() not null,
        constraint parked_pkey primary key (aggregate, sequence),
        constraint parked_state_check check (state in ('waiting', 'retry', 'dead'))
    )
    """,
    "create index parked_heads on parked (next_try) where state <> 'waiting'",
    """
    create table discarded (
        aggregate text not null,
        sequence bigint not null,
        body bytea not null,
        discarded_by text not null,
        reason text not null,
        discarded_at timestamptz default now() not null,
        constraint discarded_pkey primary key (aggregate, sequence)
    )
    """,
    """
    create table idempotency (
        client text not null,
        key text not null,
        request_hash bytea not null,
        status integer not null,
        body bytea not null,
        headers text default '{}' not null,
        answered_at timestamptz default now() not null,
        constraint idempotency_pkey primary key (client, key)
    )
    """,
    "create index idempotency_age on idempotency (answered_at)",
)

COPIES = (
    """
    create table procedure_copy (
        code text not null,
        version integer not null,
        valid_from date not null,
        valid_to date,
        document jsonb not null,
        constraint procedure_copy_pkey primary key (code, version)
    )
    """,
    """
    create table agency_copy (
        code text not null,
        valid_from date not null,
        valid_to date,
        name text not null,
        level text not null,
        parent text,
        calendar text,
        document jsonb not null,
        constraint agency_copy_pkey primary key (code, valid_from)
    )
    """,
    """
    create table calendar_copy (
        code text not null,
        version integer not null,
        definition jsonb not null,
        constraint calendar_copy_pkey primary key (code, version)
    )
    """,
    """
    create table copies_revision (
        one boolean default true not null,
        revision bigint not null,
        constraint copies_revision_pkey primary key (one),
        constraint copies_revision_one_check check (one)
    )
    """,
)


def upgrade() -> None:
    for statement in (*KERNEL, *COPIES):
        op.execute(statement)
