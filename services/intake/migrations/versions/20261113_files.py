"""Files, uploads under way, attachments, legal holds and certificates of destruction."""

from alembic import op

revision = "20261113_files"
down_revision = "20261112_processing"
branch_labels = None
depends_on = None

FILES = (
    """
    create table file (
        id uuid not null,
        digest bytea not null,
        size bigint not null,
        media_type text not null,
        name bytea not null,
        key_id text not null,
        uploader bytea not null,
        state text not null,
        scans smallint not null default 0,
        scan_at timestamptz,
        uploaded_at timestamptz not null,
        expires_at timestamptz,
        constraint file_pkey primary key (id),
        constraint file_state_check check (state in ('quarantined', 'usable', 'infected'))
    )
    """,
    "create index file_digest_idx on file (digest)",
    "create index file_expiry on file (expires_at) where expires_at is not null",
    "create index file_to_scan on file (scan_at) where scan_at is not null",
    """
    create table upload (
        id uuid not null,
        uploader bytea not null,
        digest bytea not null,
        size bigint not null,
        received bigint not null default 0,
        pieces text[] not null default '{}',
        name bytea not null,
        key_id text not null,
        begun_at timestamptz not null,
        expires_at timestamptz not null,
        constraint upload_pkey primary key (id),
        constraint upload_received_check check (received between 0 and size)
    )
    """,
    "create index upload_uploader on upload (uploader)",
    "create index upload_expiry on upload (expires_at)",
)

ATTACHMENTS = (
    """
    create table attachment (
        id uuid not null,
        dossier_id uuid not null,
        part text not null,
        component text,
        digitisation smallint not null,
        file_id uuid,
        reused_from uuid,
        database text,
        attached_at timestamptz not null,
        withdrawn_at timestamptz,
        constraint attachment_pkey primary key (id),
        constraint attachment_dossier_id_fkey foreign key(dossier_id) references dossier (id),
        constraint attachment_file_id_fkey foreign key(file_id) references file (id),
        constraint attachment_part_check check (part in ('component', 'result')),
        constraint attachment_component_check check ((part = 'component') = (component is not null)),
        constraint attachment_source_check check ((file_id is null) = (database is not null))
    )
    """,
    "create index attachment_dossier_id_idx on attachment (dossier_id)",
    "create index attachment_file_id_idx on attachment (file_id)",
    "create index attachment_attached_at_idx on attachment (attached_at)",
)

RETENTION = (
    """
    create table legal_hold (
        dossier_id uuid not null,
        ground text not null,
        set_by text not null,
        set_at timestamptz not null,
        released_by text,
        released_at timestamptz,
        constraint legal_hold_pkey primary key (dossier_id),
        constraint legal_hold_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    """
    create table destruction (
        dossier_id uuid not null,
        code text not null,
        agency text not null,
        procedure text not null,
        retention_years smallint not null,
        ended_at timestamptz not null,
        destroyed_at timestamptz not null,
        digests text[] not null,
        constraint destruction_pkey primary key (dossier_id, destroyed_at),
        constraint destruction_dossier_id_fkey foreign key(dossier_id) references dossier (id)
    )
    """,
    "create index destruction_day on destruction (destroyed_at, dossier_id)",
)


def upgrade() -> None:
    for statement in (*FILES, *ATTACHMENTS, *RETENTION):
        op.execute(statement)
