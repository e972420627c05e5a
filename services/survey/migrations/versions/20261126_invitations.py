"""Carriers, kiosks and slips on paper."""

revision = "20261126_invitations"
down_revision = "20261125_instruments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
