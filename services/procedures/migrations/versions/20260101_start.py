"""The catalogue's first tables, and the triggers that keep what is published as it is."""

from alembic import op

revision = "20260101_start"
down_revision = None
branch_labels = None
depends_on = None

KERNEL = """
create table outbox (
    position bigint generated always as identity (cache 1),
    id uuid not null,
    subject text not null,
    body bytea not null,
    constraint outbox_pkey primary key (position)
) with (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_cost_delay = 0
);
create table idempotency (
    client text not null,
    key text not null,
    request_hash bytea not null,
    status integer not null,
    body bytea not null,
    headers text not null default '{}',
    answered_at timestamptz not null default now(),
    constraint idempotency_pkey primary key (client, key)
);
create index idempotency_age on idempotency (answered_at);
create table reached (
    stream text not null,
    position bigint not null,
    event_id text,
    constraint reached_pkey primary key (stream)
);
create table applied (
    aggregate text not null,
    last_sequence bigint not null,
    parked integer not null default 0,
    constraint applied_pkey primary key (aggregate)
);
create table parked (
    aggregate text not null,
    sequence bigint not null,
    subject text not null,
    body bytea not null,
    state text not null,
    attempts integer not null default 0,
    next_try timestamptz,
    error text,
    parked_at timestamptz not null default now(),
    constraint parked_pkey primary key (aggregate, sequence),
    constraint parked_state_check check (state in ('waiting', 'retry', 'dead'))
);
create index parked_heads on parked (next_try) where state <> 'waiting';
create table discarded (
    aggregate text not null,
    sequence bigint not null,
    body bytea not null,
    discarded_by text not null,
    reason text not null,
    discarded_at timestamptz not null default now(),
    constraint discarded_pkey primary key (aggregate, sequence)
);
"""

CALENDARS = """
create table calendar (
    code text not null,
    sequence integer not null default 0,
    constraint calendar_pkey primary key (code)
);
create table calendar_version (
    code text not null,
    version integer not null,
    definition jsonb not null,
    published_at timestamptz not null,
    published_by text not null,
    constraint calendar_version_pkey primary key (code, version),
    constraint calendar_version_code_fkey foreign key (code) references calendar (code),
    constraint calendar_version_version_check check (version > 0)
);
"""

AGENCIES = r"""
create table agency (
    code text not null,
    sequence integer not null default 0,
    name text not null,
    level text not null,
    kind text not null,
    parent text,
    calendar text,
    statistical_code text,
    valid_from date not null,
    valid_to date,
    successors text[] not null default '{}',
    note text,
    constraint agency_pkey primary key (code),
    constraint agency_parent_fkey foreign key (parent) references agency (code),
    constraint agency_calendar_fkey foreign key (calendar) references calendar (code),
    constraint agency_code_check check (code ~ '^[A-Z][0-9]{2}(\.[0-9]{2,3}){0,5}$'),
    constraint agency_parent_check check (starts_with(code, parent || '.')),
    constraint agency_validity_check check (valid_to >= valid_from)
);
create index agency_parent on agency (parent, code);
create index agency_level on agency (level, code);
create table field (
    name text not null,
    sort_key text not null,
    ministry_code text,
    ministry text,
    constraint field_pkey primary key (name)
);
create index field_sort_key on field (sort_key, name);
"""

PROCEDURES = r"""
create table procedure (
    code text not null,
    sequence integer not null default 0,
    constraint procedure_pkey primary key (code),
    constraint procedure_code_check check (code ~ '^[1-9]\.[0-9]{6}$')
);
create table procedure_version (
    code text not null,
    version integer not null,
    name text not null,
    field text not null,
    levels text[] not null,
    methods text[] not null,
    internal boolean not null,
    same_day boolean not null,
    valid_from date not null,
    valid_to date,
    search_key text not null,
    document jsonb not null,
    content_hash bytea not null,
    drafted_at timestamptz not null,
    drafted_by text not null,
    published_at timestamptz,
    published_by text,
    constraint procedure_version_pkey primary key (code, version),
    constraint procedure_version_code_fkey foreign key (code) references procedure (code),
    constraint procedure_version_version_check check (version > 0),
    constraint procedure_version_validity_check check (valid_to >= valid_from),
    constraint procedure_version_validity_excl
        exclude using gist (code with =, daterange(valid_from, valid_to, '[]') with &&)
        where (published_at is not null)
);
create index procedure_version_search on procedure_version
    using gin (search_key gin_trgm_ops) with (fastupdate = off) where published_at is not null;
create index procedure_version_field on procedure_version (field, code);
create index procedure_version_levels on procedure_version using gin (levels);
create index procedure_version_methods on procedure_version using gin (methods);
"""

TRIGGERS = (
    """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'published: % % % stays as it is', tg_table_name, old.code, old.version
        using errcode = 'restrict_violation';
end $$
""",
    """
create trigger published_stays before update or delete on calendar_version
    for each row execute function refuse_change()
""",
    """
create function keep_published() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        -- Only an earlier last day passes: a version may end, it never becomes another one.
        if new.valid_to <= coalesce(old.valid_to, 'infinity') then
            old.valid_to := new.valid_to;
        end if;
        if old is not distinct from new then
            return new;
        end if;
    end if;
    raise exception 'published: % version % stays as it is', old.code, old.version
        using errcode = 'restrict_violation';
end $$
""",
    """
create trigger published_stays before update or delete on procedure_version
    for each row when (old.published_at is not null) execute function keep_published()
""",
)


def upgrade() -> None:
    # Trusted extensions: the role that owns the database may create them.
    op.execute("create extension if not exists btree_gist")
    op.execute("create extension if not exists pg_trgm")
    for part in (KERNEL, CALENDARS, AGENCIES, PROCEDURES):
        # The driver takes one statement at a time.
        for statement in part.strip().removesuffix(";").split(";\n"):
            op.execute(statement)
    for statement in TRIGGERS:
        op.execute(statement)
