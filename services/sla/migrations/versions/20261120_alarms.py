"""Alarms before and after the due."""

revision = "20261120_alarms"
down_revision = "20261119_steps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
