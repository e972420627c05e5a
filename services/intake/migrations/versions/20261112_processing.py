"""Processes, who holds what, agencies that take part, opinions and linked lives."""

from alembic import op

revision = "20261112_processing"
down_revision = "20261111_home"
branch_labels = None
depends_on = None

COPIES = (
    """
    create table process_copy (
        id uuid not null,
        procedure text not null,
        version integer not null,
        retired_at timestamptz,
        document jsonb not null,
        constraint process_copy_pkey primary key (id)
    )
    """,
    "create index process_copy_procedure on process_copy (procedure, version)",
    """
    create table linked_group_copy (
        id uuid not null,
        code text not null,
        retired_at timestamptz,
        document jsonb not null,
        constraint linked_group_copy_pkey primary key (id)
    )
    """,
    "create index linked_group_copy_code on linked_group_copy (code)",
)

STEPS = (
    """
    alter table dossier
        add column process uuid,
        add column parent uuid,
        add column linked_group text
    """,
    "create index dossier_waiting on dossier (competent_agency, paused_at, id) where paused_at is not null",
    """
    alter table step
        add column process_step text,
        add column agency text,
        add column limit_value numeric,
        add column limit_unit text,
        add column given_at timestamptz,
        add column confirmed_at timestamptz,
        add column due_at timestamptz,
        add column back_to text,
        add column ground text
    """,
    """
    create table assignment (
        dossier_id uuid not null,
        step text not null,
        name text,
        agency text not null,
        unit text,
        officer text,
        from_unit text,
        from_officer text,
        given_at timestamptz not null,
        confirmed_at timestamptz,
        due_at timestamptz,
        constraint assignment_pkey primary key (dossier_id, step),
        constraint assignment_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    "create index assignment_agency on assignment (agency, given_at, dossier_id, step)",
    "create index assignment_unit on assignment (agency, unit, given_at, dossier_id, step)",
    "create index assignment_officer on assignment (officer, given_at, dossier_id, step) where officer is not null",
    "create index assignment_unconfirmed on assignment (agency, given_at, dossier_id, step) where confirmed_at is null",
    "create index assignment_given on assignment (from_officer, given_at, dossier_id, step) where confirmed_at is null",
    "create index assignment_due on assignment (agency, due_at, dossier_id, step) where due_at is not null",
    """
    create table involvement (
        dossier_id uuid not null,
        agency text not null,
        constraint involvement_pkey primary key (dossier_id, agency),
        constraint involvement_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    create table opinion (
        dossier_id uuid not null,
        number smallint not null,
        agency text not null,
        question text not null,
        asked_by text not null,
        asked_at timestamptz not null,
        due_at timestamptz not null,
        answer text,
        given_by text,
        given_at timestamptz,
        constraint opinion_pkey primary key (dossier_id, number),
        constraint opinion_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    "create index opinion_open on opinion (agency, due_at, dossier_id, number) where given_at is null",
)

LINKED = (
    """
    create table linked_life (
        parent_id uuid not null,
        group_code text not null,
        title text not null,
        mode text not null,
        linked_by text not null,
        linked_at timestamptz not null,
        constraint linked_life_pkey primary key (parent_id),
        constraint linked_life_parent_id_fkey foreign key(parent_id) references dossier (id)
    )
    """,
    """
    create table linked_part (
        parent_id uuid not null,
        member text not null,
        place smallint not null,
        name text not null,
        required boolean not null,
        procedure text not null,
        agency text not null,
        case_id text,
        limit_row text,
        dossier_id uuid,
        held_up text,
        constraint linked_part_pkey primary key (parent_id, member),
        constraint linked_part_parent_id_fkey foreign key(parent_id) references linked_life (parent_id),
        constraint linked_part_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    "create unique index linked_part_dossier on linked_part (dossier_id) where dossier_id is not null",
)


def upgrade() -> None:
    for statement in (*COPIES, *STEPS, *LINKED):
        op.execute(statement)
