"""Estimates and integrity signals."""

revision = "20261124_estimates"
down_revision = "20261123_indices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
