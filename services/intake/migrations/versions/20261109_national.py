"""How far the national portal knows each dossier."""

from alembic import op

revision = "20261109_national"
down_revision = "20261108_printed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table national_sync (
            dossier_id uuid not null,
            state text not null,
            wanted bigint not null,
            acknowledged bigint default 0 not null,
            changes bigint default 1 not null,
            rows_acknowledged integer default 0 not null,
            claims bigint default 0 not null,
            attempts integer default 0 not null,
            next_try timestamptz,
            first_wanted_at timestamptz not null,
            acknowledged_at timestamptz,
            acknowledged_hash bytea,
            request_hash bytea,
            request_bytes integer,
            last_code text,
            last_error text,
            constraint national_sync_pkey primary key (dossier_id),
            constraint national_sync_state_check check (state in ('pending', 'sent', 'acked', 'failed', 'excluded'))
        )
        """
    )
    op.execute(
        "create index national_sync_due on national_sync (next_try) where state in ('pending', 'sent', 'failed')"
    )
    op.execute(
        "create index national_sync_waiting on national_sync (first_wanted_at, dossier_id) where state in ('pending', 'sent', 'failed')"
    )
    # From now on intake hears its own facts. Those told before count as heard, or each dossier's
    # next one would wait for them; the comparison of queue and dossiers takes them all up.
    op.execute(
        "insert into applied (aggregate, last_sequence) select 'dossier/' || id, sequence from dossier on conflict do nothing"
    )
