"""Polls, visit counters and samples."""

revision = "20261128_polls"
down_revision = "20261127_petitions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
