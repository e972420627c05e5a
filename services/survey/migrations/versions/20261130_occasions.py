"""Occasions to invite, sendings by carriers, kiosks, and how an answer was collected."""

from alembic import op

revision = "20261130_occasions"
down_revision = "20261129_samples"
branch_labels = None
depends_on = None

OCCASIONS = (
    """
    create table occasion (
        id uuid not null,
        agency text collate "C" not null,
        trigger text not null,
        channel text,
        instrument text,
        answer_within_days integer,
        valid_from date not null,
        valid_to date,
        ground text not null,
        defined_by text not null,
        defined_at timestamptz not null,
        constraint occasion_pkey primary key (id),
        constraint occasion_trigger_check check
            (trigger in ('accepted', 'supplement_requested', 'intake_refused', 'returned'))
    )
    """,
)

SENDINGS = (
    """
    create table sending (
        id uuid not null,
        invitation uuid not null,
        carrier text not null,
        state text not null,
        address bytea,
        key_id text not null,
        attempts integer not null,
        claims integer not null,
        next_try timestamptz,
        last_code text,
        queued_at timestamptz not null,
        constraint sending_pkey primary key (id),
        constraint sending_state_check check (state in ('queued', 'sent', 'undeliverable')),
        constraint sending_address_check check ((address is null) = (state <> 'queued'))
    )
    """,
    "create unique index sending_queued on sending (invitation) where state = 'queued'",
    "create index sending_invitation on sending (invitation)",
    "create index sending_due on sending (next_try) where next_try is not null",
)

KIOSKS = (
    """
    create table kiosk (
        id uuid not null,
        agency text collate "C" not null,
        name text not null,
        secret_hash bytea not null,
        registered_by text not null,
        registered_at timestamptz not null,
        retired_at timestamptz,
        constraint kiosk_pkey primary key (id)
    )
    """,
    "create index kiosk_agency on kiosk (agency, id)",
    """
    create table kiosk_code (
        code_hash bytea not null,
        invitation uuid not null,
        expires_at timestamptz not null,
        constraint kiosk_code_pkey primary key (code_hash),
        constraint kiosk_code_invitation_key unique (invitation)
    )
    """,
    "create index kiosk_code_expires_at on kiosk_code (expires_at)",
)

ANSWERS = (
    "alter table answer add column collected text not null default 'online'",
    "alter table answer alter column collected drop default",
    """
    alter table answer add constraint answer_collected_check
        check (collected in ('online', 'kiosk', 'paper', 'call'))
    """,
)


def upgrade() -> None:
    for statement in (*OCCASIONS, *SENDINGS, *KIOSKS, *ANSWERS):
        op.execute(statement)
