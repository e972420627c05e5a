"""Answers kept by key, and counts of how often something was done."""

from alembic import op

revision = "20261124_kernel"
down_revision = "20260101"
branch_labels = None
depends_on = None

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

RATE = """
create table rate (
    subject bytea not null,
    window_seconds integer not null,
    counted integer not null,
    ends_at timestamptz not null,
    constraint rate_pkey primary key (subject, window_seconds)
)
"""


def upgrade() -> None:
    op.execute(IDEMPOTENCY)
    op.execute("create index idempotency_age on idempotency (answered_at)")
    op.execute(RATE)
    op.execute("create index rate_ends_at_idx on rate (ends_at)")
