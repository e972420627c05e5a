"""Petitions, and the calendars that their time is counted by."""

from alembic import op

revision = "20261127_petitions"
down_revision = "20261126_invitations"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table agency_copy add column calendar text",
    """
    create table calendar_copy (
        code text not null,
        version integer not null,
        definition jsonb not null,
        constraint calendar_copy_pkey primary key (code, version)
    )
    """,
    """
    create table petition (
        id uuid not null,
        sequence integer not null,
        code text not null,
        agency text collate "C" not null,
        channel text not null,
        kind text not null,
        procedure text,
        dossier text,
        status text not null,
        content bytea not null,
        key_id text not null,
        received_at timestamptz not null,
        received_on date not null,
        since timestamptz not null,
        due_at timestamptz,
        resolve_by timestamptz,
        waiting_since timestamptz,
        resolved_at timestamptz,
        resolved_on date,
        late boolean,
        proved boolean,
        public_question text,
        public_answer text,
        published_at timestamptz,
        level integer,
        overdue_told boolean not null,
        constraint petition_pkey primary key (id),
        constraint petition_code_key unique (code)
    )
    """,
    "create index petition_agency on petition (agency, id)",
    "create index petition_due on petition (due_at) where not overdue_told",
    "create index petition_published on petition (published_at, id)",
    """
    create table petition_step (
        petition uuid not null,
        number integer not null,
        action text not null,
        at timestamptz not null,
        actor text not null,
        agency text collate "C" not null,
        status text not null,
        due_at timestamptz,
        late boolean,
        note bytea,
        key_id text,
        constraint petition_step_pkey primary key (petition, number)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
