"""Reports that were submitted, and causes of lateness."""

revision = "20261122_reports"
down_revision = "20261121_apologies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
