"""Steps of the process, hand-overs, and the tracking book."""

revision = "20261119_steps"
down_revision = "20261118_recalculation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
