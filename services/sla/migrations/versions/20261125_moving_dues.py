"""Room for dues that move: open lives have none of their own, previews keep no list of moves."""

from alembic import op

revision = "20261125_moving_dues"
down_revision = "20261124_estimates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("update life set due_at = null, due_on = null where ended_on is null")
    op.execute("drop index clock_open_due")
    op.execute("create index clock_open on clock (agency) where phase <> 'ended'")
    op.execute("alter table clock set (fillfactor = 70)")
    op.execute("drop table preview_move")
