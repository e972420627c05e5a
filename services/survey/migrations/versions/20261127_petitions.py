"""Petitions."""

revision = "20261127_petitions"
down_revision = "20261126_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
