"""Integrity signals, and how lives are found: by their results, and by the day of receipt."""

from alembic import op

revision = "20261124_estimates"
down_revision = "20261123_indices"
branch_labels = None
depends_on = None

SIGNAL = """
create table signal (
    dossier uuid not null,
    place integer not null,
    code text not null,
    agency text collate "C" not null,
    at timestamptz not null,
    due_at timestamptz,
    earlier uuid,
    constraint signal_pkey primary key (dossier, place, code)
)
"""
LIFE_TIMES = """
create index life_times on life (procedure, ended_on)
    include (agency, net_minutes, waited_minutes, limit_value, limit_unit)
    where counted and outcome in ('approved', 'refused')
"""
LIFE_RESULTS = """
create index life_results on life (ended_on)
    include (agency, dossier, ended_at, returned_at)
    where counted and outcome in ('approved', 'refused')
"""


def upgrade() -> None:
    op.execute(SIGNAL)
    op.execute("create index signal_time on signal (code, at)")
    op.execute(LIFE_TIMES)
    op.execute(LIFE_RESULTS)
    op.execute("create index life_received on life (agency, received_on)")
