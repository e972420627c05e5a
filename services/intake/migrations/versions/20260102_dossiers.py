"""Dossiers, their people, papers and life."""

from alembic import op

revision = "20260102"
down_revision = "20260101"
branch_labels = None
depends_on = None

DOSSIERS = (
    """
    create table dossier (
        id uuid not null,
        code text not null,
        sequence bigint not null,
        status smallint not null,
        procedure text not null,
        procedure_version integer not null,
        field text not null,
        case_id text not null,
        channel text not null,
        way_of_return text not null,
        receiving_agency text not null,
        competent_agency text not null,
        support_agency text,
        agency_level text,
        filed_at timestamptz not null,
        accepted_at timestamptz,
        counts_from timestamptz,
        resolved_at timestamptz,
        returned_at timestamptz,
        ended_at timestamptz,
        outcome text,
        limit_row text,
        limit_value numeric,
        limit_unit text,
        same_day boolean default false not null,
        no_slip boolean default false not null,
        calendar text,
        calendar_version integer,
        due_at timestamptz,
        paused_for text,
        paused_at timestamptz,
        supplement_requests smallint default 0 not null,
        supplement_flagged boolean default false not null,
        payment_demands smallint default 0 not null,
        steps smallint default 0 not null,
        holding_unit text,
        holding_officer text,
        national_code boolean default false not null,
        note text,
        recorded_at timestamptz default now() not null,
        constraint dossier_pkey primary key (id),
        constraint dossier_status_check check (status between 1 and 10)
    )
    """,
    "create index dossier_agency on dossier (competent_agency, filed_at desc, id desc)",
    "create unique index dossier_code on dossier (code text_pattern_ops)",
    "create index dossier_desk on dossier (competent_agency, status, filed_at desc, id desc) where status in (1, 2, 4, 5, 6, 9)",
    "create index dossier_due on dossier (competent_agency, due_at, id) where status in (2, 4)",
    "create index dossier_due_all on dossier (due_at, id) where status in (2, 4)",
    "create index dossier_procedure on dossier (competent_agency, procedure, filed_at desc, id desc)",
    "create index dossier_received_elsewhere on dossier (receiving_agency, filed_at desc, id desc) where receiving_agency <> competent_agency",
    "create index dossier_recent on dossier (filed_at desc, id desc)",
    """
    create table code_sequence (
        agency text not null,
        day date not null,
        last integer not null,
        constraint code_sequence_pkey primary key (agency, day)
    )
    """,
    """
    create table party (
        dossier_id uuid not null,
        role text not null,
        kind text not null,
        name text not null,
        name_key text not null,
        keys text[] not null,
        agency text not null,
        sealed bytea,
        key_id text not null,
        identity_hash bytea,
        phone_hash bytea,
        constraint party_pkey primary key (dossier_id, role),
        constraint party_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    "create index party_identity on party (identity_hash) where identity_hash is not null",
    "create index party_names on party using gin (agency, keys)",
    "create index party_phone on party (phone_hash) where phone_hash is not null",
    """
    create table paper (
        dossier_id uuid not null,
        component text not null,
        supplement smallint default 0 not null,
        originals smallint not null,
        copies smallint not null,
        originals_held smallint default 0 not null,
        constraint paper_pkey primary key (dossier_id, component, supplement),
        constraint paper_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    create table supplement_request (
        dossier_id uuid not null,
        number smallint not null,
        before_acceptance boolean not null,
        override_ground text,
        requested_by text not null,
        requested_at timestamptz not null,
        supplemented_at timestamptz,
        due_before timestamptz,
        due_after timestamptz,
        constraint supplement_request_pkey primary key (dossier_id, number),
        constraint supplement_request_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    create table supplement_item (
        dossier_id uuid not null,
        number smallint not null,
        component text not null,
        reason text not null,
        constraint supplement_item_pkey primary key (dossier_id, number, component),
        constraint supplement_item_request_fkey foreign key(dossier_id, number) references supplement_request (dossier_id, number)
    )
    """,
    """
    create table payment_demand (
        dossier_id uuid not null,
        number smallint not null,
        amount bigint not null,
        currency text not null,
        reason text not null,
        paid bigint not null,
        payments smallint not null,
        demanded_at timestamptz not null,
        settled_at timestamptz,
        constraint payment_demand_pkey primary key (dossier_id, number),
        constraint payment_demand_paid_check check (paid between 0 and amount),
        constraint payment_demand_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    create table payment (
        dossier_id uuid not null,
        demand smallint not null,
        number smallint not null,
        amount bigint not null,
        means text not null,
        receipt_number text,
        received_by text not null,
        received_at timestamptz not null,
        constraint payment_pkey primary key (dossier_id, demand, number),
        constraint payment_demand_fkey foreign key(dossier_id, demand) references payment_demand (dossier_id, number)
    )
    """,
    """
    create table step (
        dossier_id uuid not null,
        number smallint not null,
        name text not null,
        unit text not null,
        officer text not null,
        next_unit text,
        next_officer text,
        completed_at timestamptz not null,
        constraint step_pkey primary key (dossier_id, number),
        constraint step_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    create table transition (
        dossier_id uuid not null,
        number bigint not null,
        entry smallint default 0 not null,
        action text not null,
        status_before smallint,
        status_after smallint not null,
        actor text not null,
        happened_at timestamptz not null,
        ground text,
        details jsonb default '{}' not null,
        recorded_at timestamptz default now() not null,
        constraint transition_pkey primary key (dossier_id, number, entry)
    )
    """,
    """
    create table handover (
        dossier_id uuid not null,
        way_of_return text not null,
        recipient bytea,
        key_id text not null,
        identity_shown boolean not null,
        receipt_shown boolean not null,
        proxy_paper text,
        handed_over_by text not null,
        returned_at timestamptz not null,
        constraint handover_pkey primary key (dossier_id),
        constraint handover_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    create table unmasking (
        id bigint generated always as identity,
        dossier_id uuid not null,
        actor text not null,
        seen_at timestamptz not null,
        constraint unmasking_pkey primary key (id),
        constraint unmasking_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    "create index unmasking_dossier_id_idx on unmasking (dossier_id)",
    """
    create table import_batch (
        name text not null,
        sent_by text not null,
        lines bigint default 0 not null,
        imported bigint default 0 not null,
        already_there bigint default 0 not null,
        refused bigint default 0 not null,
        started_at timestamptz not null,
        finished_at timestamptz,
        constraint import_batch_pkey primary key (name)
    )
    """,
    """
    create table import_refusal (
        batch text not null,
        line bigint not null,
        code text not null,
        detail text not null,
        constraint import_refusal_pkey primary key (batch, line),
        constraint import_refusal_batch_fkey foreign key(batch) references import_batch (name) ON DELETE CASCADE
    )
    """,
)

APPEND_ONLY = (
    """
    create function refuse_change() returns trigger language plpgsql as $$
    begin
        raise exception '% is append-only', tg_table_name;
    end $$
    """,
    """
    create trigger transition_append_only before update or delete on transition
        for each row execute function refuse_change()
    """,
)


def upgrade() -> None:
    # A gin index over the agency and a name's keys needs the operators of plain text.
    op.execute("create extension if not exists btree_gin")
    for statement in (*DOSSIERS, *APPEND_ONLY):
        op.execute(statement)
