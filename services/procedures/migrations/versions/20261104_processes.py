"""processes: electronic processes and linked groups, and the trigger that keeps published ones."""

from alembic import op

revision = "20261104_processes"
down_revision = "20261103_imports"
branch_labels = None
depends_on = None

TABLES = (
    """
create table process (
    id uuid not null,
    sequence integer not null default 0,
    number text not null,
    procedure text not null,
    version integer not null,
    case_id text,
    method text,
    agency text,
    level text,
    document jsonb not null,
    drafted_at timestamptz not null,
    drafted_by text not null,
    published_at timestamptz,
    published_by text,
    retired_at timestamptz,
    retired_by text,
    constraint process_pkey primary key (id),
    constraint process_procedure_fkey foreign key (procedure, version)
        references procedure_version (code, version),
    constraint process_agency_fkey foreign key (agency) references agency (code),
    constraint process_agency_or_level_check check (agency is null or level is null),
    constraint process_standing_check check (published_at is not null or retired_at is null)
)
""",
    """
create unique index process_in_use on process
    (procedure, version, case_id, method, agency, level) nulls not distinct
    where published_at is not null and retired_at is null
""",
    "create index process_procedure on process (procedure, id)",
    "create index process_agency on process (agency, procedure, id)",
    """
create table linked_group (
    id uuid not null,
    sequence integer not null default 0,
    code text not null,
    procedures text[] not null,
    lead_agency text,
    document jsonb not null,
    drafted_at timestamptz not null,
    drafted_by text not null,
    published_at timestamptz,
    published_by text,
    retired_at timestamptz,
    retired_by text,
    constraint linked_group_pkey primary key (id),
    constraint linked_group_lead_agency_fkey foreign key (lead_agency) references agency (code),
    constraint linked_group_standing_check check (published_at is not null or retired_at is null)
)
""",
    """
create unique index linked_group_in_use on linked_group (code)
    where published_at is not null and retired_at is null
""",
    "create index linked_group_code on linked_group (code, id)",
    "create index linked_group_procedures on linked_group using gin (procedures)",
)

TRIGGERS = (
    """
create function keep_until_retired() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.retired_at is null then
        -- It may retire, once, which is told under the next number; it never becomes another one.
        old.retired_at := new.retired_at;
        old.retired_by := new.retired_by;
        old.sequence := new.sequence;
        if old is not distinct from new then
            return new;
        end if;
    end if;
    raise exception 'published: % % stays as it is', tg_table_name, old.id
        using errcode = 'restrict_violation';
end $$
""",
    """
create trigger published_stays before update or delete on process
    for each row when (old.published_at is not null) execute function keep_until_retired()
""",
    """
create trigger published_stays before update or delete on linked_group
    for each row when (old.published_at is not null) execute function keep_until_retired()
""",
)


def upgrade() -> None:
    for statement in (*TABLES, *TRIGGERS):
        op.execute(statement)
