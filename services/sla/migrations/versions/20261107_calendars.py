"""What calendars that are only being considered would move."""

from alembic import op

revision = "20261107_calendars"
down_revision = "20260101_start"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    create table calendar_preview (
        id uuid not null,
        calendars text[] not null,
        previewed_at timestamptz not null,
        counted_at timestamptz,
        constraint calendar_preview_pkey primary key (id)
    )
    """,
    "create index calendar_preview_age on calendar_preview (previewed_at)",
    """
    create table previewed_calendar (
        preview uuid not null,
        code text collate "C" not null,
        version integer not null,
        definition jsonb not null,
        constraint previewed_calendar_pkey primary key (preview, code),
        constraint previewed_calendar_preview_fkey
            foreign key (preview) references calendar_preview (id) on delete cascade
    )
    """,
    """
    create table preview_agency (
        preview uuid not null,
        agency text collate "C" not null,
        receiving_agency text collate "C" not null,
        counted integer not null,
        earlier integer not null,
        later integer not null,
        as_told integer not null,
        earlier_minutes integer not null,
        later_minutes integer not null,
        constraint preview_agency_pkey primary key (preview, agency, receiving_agency),
        constraint preview_agency_preview_fkey
            foreign key (preview) references calendar_preview (id) on delete cascade
    )
    """,
    """
    create table preview_move (
        preview uuid not null,
        dossier uuid not null,
        code text collate "C" not null,
        agency text collate "C" not null,
        receiving_agency text collate "C" not null,
        calendar text not null,
        due_before timestamptz not null,
        due_after timestamptz not null,
        minutes integer not null,
        constraint preview_move_pkey primary key (preview, dossier),
        constraint preview_move_preview_fkey
            foreign key (preview) references calendar_preview (id) on delete cascade
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
