"""Counted tries bear the kernel's name: other services count the same way."""

from alembic import op

revision = "20261115_rates"
down_revision = "20261114_payments"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table tracking_tries rename to rate",
    "alter table rate rename column tries to counted",
    "alter table rate rename constraint tracking_tries_pkey to rate_pkey",
    "alter index tracking_tries_ends_at_idx rename to rate_ends_at_idx",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
