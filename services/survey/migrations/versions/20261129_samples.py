"""Samples, the frame that they are drawn from, and more of what is known of open dossiers."""

from alembic import op

revision = "20261129_samples"
down_revision = "20261128_polls"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table dossier_copy add column field text not null default ''",
    "alter table dossier_copy add column channel text not null default ''",
    "alter table dossier_copy add column late boolean not null default false",
    "alter table dossier_copy alter column late drop default",
    "alter table dossier_copy alter column field drop default",
    "alter table dossier_copy alter column channel drop default",
    """
    create table returned_dossier (
        dossier uuid not null,
        code text not null,
        agency text collate "C" not null,
        procedure text not null,
        field text not null,
        channel text not null,
        returned_on date not null,
        constraint returned_dossier_pkey primary key (dossier)
    )
    """,
    "create index returned_dossier_day on returned_dossier (returned_on)",
    """
    create table sample (
        id uuid not null,
        title text not null,
        agency text collate "C" not null,
        first_on date not null,
        last_on date not null,
        strata text[] not null,
        method text not null,
        size integer not null,
        seed text not null,
        frame_size integer not null,
        frame_hash bytea not null,
        drawn_by text not null,
        drawn_at timestamptz not null,
        constraint sample_pkey primary key (id)
    )
    """,
    """
    create table sample_stratum (
        sample uuid not null,
        stratum text not null,
        population integer not null,
        drawn integer not null,
        constraint sample_stratum_pkey primary key (sample, stratum)
    )
    """,
    """
    create table sample_unit (
        sample uuid not null,
        stratum text not null,
        place integer not null,
        dossier uuid not null,
        code text not null,
        constraint sample_unit_pkey primary key (sample, stratum, place)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
