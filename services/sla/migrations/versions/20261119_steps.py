"""Steps of the process, control slips, and the tracking book."""

from alembic import op

revision = "20261119_steps"
down_revision = "20261118_recalculation"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    create table stay (
        dossier uuid not null,
        number integer not null,
        step text not null,
        name text not null,
        agency text collate "C" not null,
        unit text,
        officer text,
        from_unit text,
        from_officer text,
        given_at timestamptz not null,
        confirmed_at timestamptz,
        limit_value numeric,
        limit_unit text,
        due_at timestamptz,
        ended_at timestamptz,
        ended_on date,
        outcome text,
        verdict text,
        spent_minutes integer,
        transit_minutes integer,
        constraint stay_pkey primary key (dossier, number)
    )
    """,
    "create index stay_ended on stay (agency, ended_on)",
    "create index stay_open on stay (agency, due_at) where ended_at is null",
    """
    create table control_slip (
        dossier uuid not null,
        agency text collate "C" not null,
        year integer not null,
        number integer not null,
        issued_at timestamptz not null,
        issued_by text not null,
        constraint control_slip_pkey primary key (dossier)
    )
    """,
    "create unique index control_slip_number on control_slip (agency, year, number)",
    """
    create table control_slip_count (
        agency text collate "C" not null,
        year integer not null,
        last integer not null,
        constraint control_slip_count_pkey primary key (agency, year)
    )
    """,
    """
    create table book (
        agency text collate "C" not null,
        field text collate "C" not null,
        year integer not null,
        last integer not null,
        constraint book_pkey primary key (agency, field, year)
    )
    """,
    """
    create table book_entry (
        agency text collate "C" not null,
        field text collate "C" not null,
        year integer not null,
        number integer not null,
        dossier uuid not null,
        constraint book_entry_pkey primary key (agency, field, year, number)
    )
    """,
    """
    create table book_closing (
        agency text collate "C" not null,
        field text collate "C" not null,
        year integer not null,
        last integer not null,
        closed_at timestamptz not null,
        closed_by text not null,
        constraint book_closing_pkey primary key (agency, field, year)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
