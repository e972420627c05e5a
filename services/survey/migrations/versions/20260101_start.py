"""The start: the kernel's tables, copies, invitations, answers and scores."""

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
    """
    alter table outbox set (
        autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_cost_delay = 0
    )
    """,
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
)

COPIES = (
    """
    create table dossier_copy (
        dossier uuid not null,
        code text,
        agency text collate "C" not null,
        receiving_agency text collate "C" not null,
        procedure text not null,
        procedure_version integer not null,
        constraint dossier_copy_pkey primary key (dossier)
    )
    """,
    """
    create table procedure_copy (
        code text not null,
        version integer not null,
        name text not null,
        constraint procedure_copy_pkey primary key (code, version)
    )
    """,
    """
    create table agency_copy (
        code text not null,
        name text not null,
        constraint agency_copy_pkey primary key (code)
    )
    """,
)

SURVEY = (
    """
    create table invitation (
        id uuid not null,
        sequence integer not null,
        dossier uuid not null,
        dossier_code text,
        agency text collate "C" not null,
        receiving_agency text collate "C" not null,
        procedure text not null,
        procedure_version integer not null,
        instrument text not null,
        instrument_version integer not null,
        token_hash bytea not null,
        invited_at timestamptz not null,
        expires_at timestamptz not null,
        answered_on date,
        constraint invitation_pkey primary key (id),
        constraint invitation_dossier_key unique (dossier, instrument),
        constraint invitation_token_hash_key unique (token_hash)
    )
    """,
    "create index invitation_dossier_code on invitation (dossier_code)",
    """
    create table answer (
        id uuid not null,
        sequence integer not null,
        agency text collate "C" not null,
        procedure text not null,
        instrument text not null,
        instrument_version integer not null,
        answered_on date not null,
        choices jsonb not null,
        constraint answer_pkey primary key (id)
    )
    """,
    """
    create table score (
        agency text collate "C" not null,
        procedure text not null,
        month date not null,
        instrument text not null,
        instrument_version integer not null,
        slips integer not null,
        constraint score_pkey primary key
            (agency, procedure, month, instrument, instrument_version)
    )
    """,
    """
    create table score_option (
        agency text collate "C" not null,
        procedure text not null,
        month date not null,
        instrument text not null,
        instrument_version integer not null,
        question text not null,
        option text not null,
        answers integer not null,
        constraint score_option_pkey primary key
            (agency, procedure, month, instrument, instrument_version, question, option)
    )
    """,
)


def upgrade() -> None:
    for statement in (*KERNEL, *COPIES, *SURVEY):
        op.execute(statement)
