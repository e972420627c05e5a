"""Postal orders, what was told of them, records of hand-over, money and complaints."""

from alembic import op

revision = "20261110_postal"
down_revision = "20261109_national"
branch_labels = None
depends_on = None

POSTAL = (
    """
    create table postal_cursor (
        carrier text not null,
        api text not null,
        last_id text not null,
        constraint postal_cursor_pkey primary key (carrier, api)
    )
    """,
    """
    create table postal_handover (
        id uuid not null,
        agency text not null,
        year smallint not null,
        number integer not null,
        carrier text not null,
        direction text not null,
        signed_at timestamptz not null,
        signed_for_carrier text not null,
        signed_for_agency text not null,
        recorded_by text not null,
        recorded_at timestamptz not null,
        constraint postal_handover_pkey primary key (id),
        constraint postal_handover_direction_check check (direction in ('collect', 'deliver')),
        constraint postal_handover_number_key unique (agency, year, number)
    )
    """,
    """
    create table postal_remittance (
        id uuid not null,
        carrier text not null,
        agency text not null,
        number text not null,
        remitted_at timestamptz not null,
        recorded_by text not null,
        recorded_at timestamptz not null,
        constraint postal_remittance_pkey primary key (id),
        constraint postal_remittance_number_key unique (carrier, agency, number)
    )
    """,
    """
    create table postal_order (
        id uuid not null,
        carrier text not null,
        order_number text not null,
        direction text not null,
        agency text not null,
        dossier_id uuid,
        item_code text,
        cod_amount bigint default 0 not null,
        with_slip boolean default false not null,
        route text not null,
        sealed bytea not null,
        key_id text not null,
        state text not null,
        tries smallint default 0 not null,
        too_few_tries boolean default false not null,
        last_api text,
        last_code text,
        last_told_at timestamptz,
        collected_at timestamptz,
        paid_at timestamptz,
        untold text,
        placed_at timestamptz,
        attempts integer default 0 not null,
        next_try timestamptz,
        last_error text,
        registered_by text not null,
        registered_at timestamptz not null,
        constraint postal_order_pkey primary key (id),
        constraint postal_order_direction_check check (direction in ('collect', 'deliver')),
        constraint postal_order_untold_check check (untold in ('order', 'cancel')),
        constraint postal_order_number_key unique (carrier, order_number),
        constraint postal_order_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    "create index postal_order_agency on postal_order (agency, registered_at desc, id desc)",
    "create index postal_order_dossier_id_idx on postal_order (dossier_id)",
    "create index postal_order_recent on postal_order (registered_at desc, id desc)",
    "create unique index postal_order_result on postal_order (dossier_id) where direction = 'deliver' and state not in ('returned', 'cancelled')",
    "create index postal_order_untold on postal_order (next_try) where untold is not null",
    """
    create table postal_complaint (
        id uuid not null,
        order_id uuid not null,
        agency text not null,
        kind text not null,
        said bytea not null,
        key_id text not null,
        raised_by text not null,
        raised_at timestamptz not null,
        due_on date not null,
        outcome text,
        answer bytea,
        answer_key_id text,
        compensation bigint,
        answered_by text,
        answered_at timestamptz,
        constraint postal_complaint_pkey primary key (id),
        constraint postal_complaint_kind_check check (kind in ('complaint', 'lost', 'damaged')),
        constraint postal_complaint_outcome_check check (outcome in ('upheld', 'rejected')),
        constraint postal_complaint_order_id_fkey foreign key(order_id) references postal_order (id)
    )
    """,
    "create index postal_complaint_agency on postal_complaint (agency, raised_at desc, id desc)",
    "create index postal_complaint_order_id_idx on postal_complaint (order_id)",
    """
    create table postal_handover_item (
        handover_id uuid not null,
        position smallint not null,
        carrier text not null,
        direction text not null,
        order_number text not null,
        order_id uuid,
        dossier_id uuid,
        effect text not null,
        refusal text,
        papers jsonb not null,
        constraint postal_handover_item_pkey primary key (handover_id, position),
        constraint postal_handover_item_effect_check check (effect in ('filed', 'supplemented', 'sent', 'refused')),
        constraint postal_handover_item_handover_id_fkey foreign key(handover_id) references postal_handover (id),
        constraint postal_handover_item_order_id_fkey foreign key(order_id) references postal_order (id),
        constraint postal_handover_item_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    "create index postal_handover_item_dossier_id_idx on postal_handover_item (dossier_id)",
    "create unique index postal_handover_item_once on postal_handover_item (carrier, order_number, direction) where effect <> 'refused'",
    "create index postal_handover_item_order_id_idx on postal_handover_item (order_id)",
    """
    create table postal_leg (
        order_id uuid not null,
        kind text not null,
        days smallint not null,
        started_at timestamptz not null,
        due_on date not null,
        ended_at timestamptz,
        calendar text not null,
        calendar_version integer not null,
        constraint postal_leg_pkey primary key (order_id, kind),
        constraint postal_leg_kind_check check (kind in ('there', 'back')),
        constraint postal_leg_order_id_fkey foreign key(order_id) references postal_order (id)
    )
    """,
    """
    create table postal_message (
        order_id uuid not null,
        told_at timestamptz not null,
        api text not null,
        code text not null,
        identity_shown boolean not null,
        sealed bytea,
        key_id text not null,
        received_at timestamptz not null,
        constraint postal_message_pkey primary key (order_id, told_at, api, code),
        constraint postal_message_order_id_fkey foreign key(order_id) references postal_order (id)
    )
    """,
    """
    create table postal_remittance_item (
        remittance_id uuid not null,
        order_number text not null,
        order_id uuid,
        amount bigint not null,
        constraint postal_remittance_item_pkey primary key (remittance_id, order_number),
        constraint postal_remittance_item_remittance_id_fkey foreign key(remittance_id) references postal_remittance (id),
        constraint postal_remittance_item_order_id_fkey foreign key(order_id) references postal_order (id)
    )
    """,
    "create index postal_remittance_item_order_id_idx on postal_remittance_item (order_id)",
)

APPEND_ONLY = """
    create trigger {table}_append_only before update or delete on {table}
        for each row execute function refuse_change()
"""

FROZEN = ("postal_handover", "postal_remittance", "postal_handover_item", "postal_remittance_item")
"""What both sides have signed is never changed."""


def upgrade() -> None:
    for statement in POSTAL:
        op.execute(statement)
    for table in FROZEN:
        op.execute(APPEND_ONLY.format(table=table))
