"""Orders to count open clocks anew, and decisions on limits."""

revision = "20261118_recalculation"
down_revision = "20261117_lives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
