"""Catalogue files sent in, their records, and the triggers that let nothing in unapproved."""

from alembic import op

revision = "20261103_imports"
down_revision = "20261102_search"
branch_labels = None
depends_on = None

TABLES = """
create table procedure_import (
    id uuid not null,
    file_name text,
    form text not null,
    valid_from date not null,
    sha256 bytea,
    bytes bigint not null default 0,
    state text not null,
    position jsonb,
    bytes_read bigint not null default 0,
    failure_code text,
    failure_detail text,
    uploaded_by text not null,
    uploaded_at timestamptz not null,
    read_at timestamptz,
    rejected_by text,
    rejected_at timestamptz,
    rejection_reason text,
    forgotten_at timestamptz,
    constraint procedure_import_pkey primary key (id),
    constraint procedure_import_form_check check (form in ('json', 'lines', 'zip')),
    constraint procedure_import_state_check check (state in ('receiving', 'waiting', 'reading',
        'read', 'approving', 'approved', 'rejected', 'failed'))
);
create index procedure_import_content on procedure_import (sha256, valid_from);
create index procedure_import_uploaded on procedure_import (uploaded_at, id);
create table procedure_import_chunk (
    import_id uuid not null,
    number integer not null,
    body bytea not null,
    constraint procedure_import_chunk_pkey primary key (import_id, number),
    constraint procedure_import_chunk_import_id_fkey
        foreign key (import_id) references procedure_import (id)
);
create table procedure_import_approval (
    import_id uuid not null,
    number integer not null,
    items integer not null,
    incomplete_reason text,
    except_anomalies text[] not null default '{}',
    approved_by text not null,
    approved_at timestamptz not null,
    ended_at timestamptz,
    constraint procedure_import_approval_pkey primary key (import_id, number),
    constraint procedure_import_approval_import_id_fkey
        foreign key (import_id) references procedure_import (id)
);
create table procedure_import_item (
    import_id uuid not null,
    number integer not null,
    member text,
    line integer not null,
    state text not null,
    code text,
    name text,
    reason_code text,
    reason_detail text,
    reason_pointer text,
    excerpt text,
    anomaly_codes text[] not null default '{}',
    anomalies jsonb,
    differences jsonb,
    base_version integer,
    document jsonb,
    approval integer,
    outcome text,
    version integer,
    refusal_code text,
    refusal_detail text,
    constraint procedure_import_item_pkey primary key (import_id, number),
    constraint procedure_import_item_import_id_fkey
        foreign key (import_id) references procedure_import (id),
    constraint procedure_import_item_approval_fkey foreign key (import_id, approval)
        references procedure_import_approval (import_id, number),
    constraint procedure_import_item_state_check
        check (state in ('bad', 'new', 'changed', 'unchanged', 'duplicate')),
    constraint procedure_import_item_outcome_check check (outcome in ('published', 'refused')),
    constraint procedure_import_item_approvable_check
        check (approval is null or state in ('new', 'changed')),
    constraint procedure_import_item_approved_check
        check (outcome is null or approval is not null),
    constraint procedure_import_item_published_check
        check ((version is not null) = (outcome is not distinct from 'published'))
);
create index procedure_import_item_state on procedure_import_item (import_id, state, number);
create index procedure_import_item_due on procedure_import_item (import_id, number)
    where approval is not null and outcome is null
"""

TRIGGERS = (
    # The file stays a few weeks only: compressing it is not worth the time of its upload.
    "alter table procedure_import_chunk alter column body set storage external",
    """
create function keep_import_order() returns trigger language plpgsql as $$
begin
    if (old.state, new.state) not in (
        ('receiving', 'waiting'), ('waiting', 'reading'), ('waiting', 'failed'),
        ('reading', 'read'), ('reading', 'failed'),
        ('read', 'approving'), ('approving', 'approved'), ('approved', 'approving'),
        ('read', 'rejected'), ('approved', 'rejected')
    ) then
        raise exception 'import % cannot go from % to %', old.id, old.state, new.state
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$
""",
    """
create trigger import_order before update of state on procedure_import
    for each row when (old.state <> new.state) execute function keep_import_order()
""",
    """
create function refuse_early_approval() returns trigger language plpgsql as $$
begin
    perform from procedure_import where id = new.import_id and state = 'approving';
    if not found then
        raise exception 'import % is not open for approval', new.import_id
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$
""",
    """
create trigger approval_in_order before insert on procedure_import_approval
    for each row execute function refuse_early_approval()
""",
)


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement)
    for statement in TRIGGERS:
        op.execute(statement)
