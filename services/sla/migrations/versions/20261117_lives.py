"""One row per accepted dossier for reports that look at single ones; answers kept by key."""

from alembic import op

revision = "20261117_lives"
down_revision = "20261116_ledger"
branch_labels = None
depends_on = None

LIFE = """
create table life (
    dossier uuid not null,
    code text collate "C" not null,
    counted boolean not null,
    agency text collate "C" not null,
    receiving_agency text collate "C" not null,
    support_agency text collate "C",
    boundary_free boolean not null,
    procedure text collate "C" not null,
    procedure_version integer not null,
    field text collate "C" not null,
    level text not null,
    channel text collate "C" not null,
    way_of_return text not null,
    limit_value numeric,
    limit_unit text,
    filed_at timestamptz not null,
    accepted_at timestamptz not null,
    received_on date not null,
    due_at timestamptz,
    due_on date,
    ended_at timestamptz,
    ended_on date,
    outcome text,
    verdict text,
    net_minutes integer,
    waited_minutes integer not null,
    allowed_minutes integer,
    supplements integer not null,
    recalls integer not null,
    reappointed boolean not null,
    apologised boolean not null,
    unit text,
    officer text,
    returned_at timestamptz,
    returned_by text,
    digital_papers integer not null,
    reused_papers integer not null,
    digital_result boolean not null,
    fees_demanded bigint not null,
    fees_paid bigint not null,
    paid_online boolean not null,
    constraint life_pkey primary key (dossier)
)
"""

LIFE_BEFORE = """
create table life_before (
    dossier uuid not null,
    unit text,
    officer text,
    digital_papers integer not null,
    reused_papers integer not null,
    digital_result boolean not null,
    fees_demanded bigint not null,
    fees_paid bigint not null,
    paid_online boolean not null,
    constraint life_before_pkey primary key (dossier)
)
"""
IDEMPOTENCY = """
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
"""


def upgrade() -> None:
    op.execute(LIFE)
    op.execute(LIFE_BEFORE)
    op.execute(IDEMPOTENCY)
    op.execute("create index idempotency_age on idempotency (answered_at)")
