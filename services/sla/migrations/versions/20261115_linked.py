"""Clocks of the parts of a linked life, which no report counts."""

from alembic import op

revision = "20261115_linked"
down_revision = "20261107_calendars"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table clock add column counted boolean default true not null")
