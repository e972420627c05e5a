"""Money by lines, receipts, refunds and the platform; appointments, originals, answer periods."""

from alembic import op

revision = "20261114_payments"
down_revision = "20261113_files"
branch_labels = None
depends_on = None

DEMANDS = (
    """
    alter table payment_demand
        add column waits boolean default true not null,
        add column demanded_by text,
        add column refunded bigint default 0 not null,
        add column cancelled_at timestamptz,
        add column cancel_ground text,
        add constraint payment_demand_refunded_check check (refunded between 0 and paid)
    """,
    "alter table payment add column collected_by text",
    """
    create table payment_line (
        dossier_id uuid not null,
        demand smallint not null,
        number smallint not null,
        kind text not null,
        name text not null,
        amount bigint not null,
        ground text,
        exempted bigint default 0 not null,
        exemption_ground text,
        exemption_paper text,
        constraint payment_line_pkey primary key (dossier_id, demand, number),
        constraint payment_line_demand_fkey foreign key(dossier_id, demand) references payment_demand (dossier_id, number),
        constraint payment_line_exempted_check check (exempted between 0 and amount)
    )
    """,
)

RECEIPTS = (
    """
    create table receipt (
        id uuid not null,
        unit text not null,
        kind text not null,
        series text not null,
        year smallint not null,
        number integer not null,
        form text not null,
        dossier_id uuid not null,
        demand smallint not null,
        payment smallint not null,
        amount bigint not null,
        content bytea not null,
        key_id text not null,
        issued_by text not null,
        issued_at timestamptz not null,
        replaces uuid,
        cancelled_by text,
        cancelled_at timestamptz,
        cancel_ground text,
        constraint receipt_pkey primary key (id),
        constraint receipt_number_key unique (unit, kind, series, year, number),
        constraint receipt_payment_fkey foreign key(dossier_id, demand, payment) references payment (dossier_id, demand, number),
        constraint receipt_replaces_fkey foreign key(replaces) references receipt (id)
    )
    """,
    "create index receipt_dossier on receipt (dossier_id, issued_at)",
    """
    create table receipt_sequence (
        unit text not null,
        kind text not null,
        series text not null,
        year smallint not null,
        last integer not null,
        constraint receipt_sequence_pkey primary key (unit, kind, series, year)
    )
    """,
)

PLATFORM = (
    """
    create table platform_payment (
        reference text not null,
        dossier_id uuid not null,
        demand smallint not null,
        amount bigint not null,
        currency text not null,
        state text not null,
        link text,
        transaction text,
        opened_at timestamptz not null,
        next_query timestamptz not null,
        settled_at timestamptz,
        last_error text,
        constraint platform_payment_pkey primary key (reference),
        constraint platform_payment_demand_fkey foreign key(dossier_id, demand) references payment_demand (dossier_id, number),
        constraint platform_payment_state_check check (state in ('pending', 'paid', 'failed', 'expired', 'excess'))
    )
    """,
    "create unique index platform_payment_open on platform_payment (dossier_id, demand) where state = 'pending'",
    "create index platform_payment_query on platform_payment (next_query) where state = 'pending'",
    """
    create table refund (
        dossier_id uuid not null,
        number smallint not null,
        demand smallint not null,
        amount bigint not null,
        ground text not null,
        account bytea not null,
        key_id text not null,
        approved_by text not null,
        approved_at timestamptz not null,
        reference text,
        constraint refund_pkey primary key (dossier_id, number),
        constraint refund_demand_fkey foreign key(dossier_id, demand) references payment_demand (dossier_id, number),
        constraint refund_reference_fkey foreign key(reference) references platform_payment (reference)
    )
    """,
    "create unique index refund_reference on refund (reference)",
)

DETAILS = (
    """
    create table appointments (
        dossier_id uuid not null,
        first_value numeric not null,
        first_unit text not null,
        second_value numeric not null,
        second_unit text not null,
        first_due_at timestamptz,
        first_ended_at timestamptz,
        counts_from timestamptz,
        due_at timestamptz,
        constraint appointments_pkey primary key (dossier_id),
        constraint appointments_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    alter table supplement_request
        add column late boolean default false not null,
        add column answer_by timestamptz,
        add column contact_officer text,
        add column closed_at timestamptz
    """,
    "create index supplement_request_unanswered on supplement_request (answer_by) where supplemented_at is null and closed_at is null",
    "alter table handover add column by_proxy boolean",
    "update handover set by_proxy = proxy_paper is not null",
    "alter table handover alter column by_proxy set not null",
    """
    create table originals_return (
        dossier_id uuid not null,
        number smallint not null,
        recipient bytea,
        key_id text not null,
        by_proxy boolean not null,
        given_by text not null,
        given_at timestamptz not null,
        constraint originals_return_pkey primary key (dossier_id, number),
        constraint originals_return_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    create table originals_return_item (
        dossier_id uuid not null,
        number smallint not null,
        component text not null,
        count smallint not null,
        constraint originals_return_item_pkey primary key (dossier_id, number, component),
        constraint originals_return_item_return_fkey foreign key(dossier_id, number) references originals_return (dossier_id, number),
        constraint originals_return_item_count_check check (count > 0)
    )
    """,
)


def upgrade() -> None:
    for statement in (*DEMANDS, *RECEIPTS, *PLATFORM, *DETAILS):
        op.execute(statement)
