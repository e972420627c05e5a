"""Letters of apology."""

revision = "20261121_apologies"
down_revision = "20261120_alarms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
