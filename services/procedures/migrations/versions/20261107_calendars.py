"""Calendars that are derived from others, and versions that are only being considered."""

from alembic import op

revision = "20261107_calendars"
down_revision = "20261106_targets"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table calendar_version add column base text",
    "alter table calendar_version add column base_version integer",
    "alter table calendar_version add column own jsonb",
    """
    alter table calendar_version add constraint calendar_version_base_fkey
        foreign key (base, base_version) references calendar_version (code, version)
    """,
    """
    alter table calendar_version add constraint calendar_version_base_check
        check (num_nulls(base, base_version, own) in (0, 3))
    """,
    """
    create table calendar_preview (
        id uuid not null,
        code text not null,
        content jsonb not null,
        calendars text[] not null,
        asked_at timestamptz not null,
        asked_by text not null,
        constraint calendar_preview_pkey primary key (id),
        constraint calendar_preview_code_fkey foreign key (code) references calendar (code)
    )
    """,
    "create index calendar_preview_age on calendar_preview (asked_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
