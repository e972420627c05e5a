"""Instruments as published data, and answers of every kind."""

revision = "20261125_instruments"
down_revision = "20261124_kernel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
