"""Visits at home, transfers, drafts, lent codes; lists by support agency."""

from alembic import op

revision = "20261111_home"
down_revision = "20261110_postal"
branch_labels = None
depends_on = None

HOME = (
    """
    create table home_availability (
        id uuid not null,
        agency text not null,
        officer text not null,
        first_on date not null,
        last_on date not null,
        windows jsonb,
        given_by text not null,
        given_at timestamptz not null,
        constraint home_availability_pkey primary key (id),
        constraint home_availability_days_check check (first_on <= last_on)
    )
    """,
    "create index home_availability_agency on home_availability (agency, last_on)",
    """
    create table home_booking (
        id uuid not null,
        sequence bigint not null,
        agency text not null,
        officer text not null,
        purpose text not null,
        state text not null,
        outcome text,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        occupied tstzrange not null,
        procedure text,
        dossier_id uuid,
        sealed bytea not null,
        key_id text not null,
        person_hash bytea,
        constraint home_booking_pkey primary key (id),
        constraint home_booking_state_check check (state in ('booked', 'cancelled', 'over')),
        constraint home_booking_dossier_id_fkey foreign key (dossier_id) references dossier (id),
        constraint home_booking_officer_occupied_excl exclude using gist (officer with =, occupied with &&) where (state <> 'cancelled')
    )
    """,
    "create index home_booking_agency on home_booking (agency, starts_at, id)",
    "create index home_booking_officer on home_booking (officer, starts_at, id)",
    "create index home_booking_person on home_booking (person_hash, starts_at, id) where person_hash is not null",
    "create index home_booking_dossier_id_idx on home_booking (dossier_id)",
    """
    create table home_booking_change (
        id bigint generated always as identity,
        booking_id uuid not null,
        change text not null,
        actor text not null,
        happened_at timestamptz not null,
        officer text not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        ground text,
        constraint home_booking_change_pkey primary key (id),
        constraint home_booking_change_booking_id_fkey foreign key (booking_id) references home_booking (id)
    )
    """,
    "create index home_booking_change_booking_id_idx on home_booking_change (booking_id)",
    """
    create trigger home_booking_change_append_only before update or delete on home_booking_change
        for each row execute function refuse_change()
    """,
)

TRANSFERS = (
    "alter table dossier add column in_transit boolean default false not null",
    "create index dossier_supported on dossier (support_agency, filed_at desc, id desc) where support_agency is not null",
    """
    create table transfer (
        dossier_id uuid not null,
        number smallint not null,
        kind text not null,
        from_agency text not null,
        to_agency text not null,
        ground text not null,
        before_acceptance boolean not null,
        on_paper boolean not null,
        transferred_by text not null,
        transferred_at timestamptz not null,
        forward_by timestamptz not null,
        received_by text,
        received_at timestamptz,
        constraint transfer_pkey primary key (dossier_id, number),
        constraint transfer_dossier_id_fkey foreign key (dossier_id) references dossier (id),
        constraint transfer_kind_check check (kind in ('boundary_free', 'competence'))
    )
    """,
    "create index transfer_awaited on transfer (to_agency, transferred_at, dossier_id) where received_at is null",
)

DRAFTS = (
    """
    create table draft (
        id uuid not null,
        sequence bigint not null,
        author bytea not null,
        sealed bytea not null,
        key_id text not null,
        updated_at timestamptz not null,
        expires_at timestamptz not null,
        constraint draft_pkey primary key (id)
    )
    """,
    "create index draft_author on draft (author, updated_at desc, id desc)",
    "create index draft_expiry on draft (expires_at)",
)

CODE_BLOCKS = (
    """
    create table code_block (
        id uuid not null,
        agency text not null,
        day date not null,
        first integer not null,
        last integer not null,
        leased_by text not null,
        leased_at timestamptz not null,
        expires_at timestamptz not null,
        returned_at timestamptz,
        constraint code_block_pkey primary key (id),
        constraint code_block_orders_check check (first <= last)
    )
    """,
    "create unique index code_block_agency on code_block (agency, day desc, first desc)",
)


def upgrade() -> None:
    # The constraint against two visits at once needs equality of text beside the range.
    op.execute("create extension if not exists btree_gist")
    for statement in (*HOME, *TRANSFERS, *DRAFTS, *CODE_BLOCKS):
        op.execute(statement)
