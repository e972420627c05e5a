"""Indices, schemes and targets."""

revision = "20261123_indices"
down_revision = "20261122_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
