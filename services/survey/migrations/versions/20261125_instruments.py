"""Instruments as published data, and answers of every kind."""

revision = "20261125_instruments"
down_revision = "20260101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
