"""Printed forms with their numbers, and the tries of public tracking."""

from alembic import op

revision = "20261108_printed"
down_revision = "20261101_forms"
branch_labels = None
depends_on = None

PRINTED = (
    """
    create table printed_form (
        dossier_id uuid not null,
        kind text not null,
        ordinal smallint not null,
        agency text not null,
        year smallint not null,
        number integer not null,
        suffix text not null,
        form_set text not null,
        issued_at timestamptz not null,
        issued_by text not null,
        content bytea not null,
        key_id text not null,
        constraint printed_form_pkey primary key (dossier_id, kind, ordinal),
        constraint printed_form_dossier_id_fkey foreign key(dossier_id) references dossier (id),
        constraint printed_form_number_key unique (agency, kind, year, number)
    )
    """,
    """
    create table form_sequence (
        agency text not null,
        kind text not null,
        year smallint not null,
        last integer not null,
        constraint form_sequence_pkey primary key (agency, kind, year)
    )
    """,
    """
    create table tracking_tries (
        subject bytea not null,
        window_seconds integer not null,
        tries integer not null,
        ends_at timestamptz not null,
        constraint tracking_tries_pkey primary key (subject, window_seconds)
    )
    """,
    "create index tracking_tries_ends_at_idx on tracking_tries (ends_at)",
)


def upgrade() -> None:
    for statement in PRINTED:
        op.execute(statement)
