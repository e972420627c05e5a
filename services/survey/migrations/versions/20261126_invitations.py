"""Carriers, kiosks and slips on paper."""

from alembic import op

revision = "20261126_invitations"
down_revision = "20261125_instruments"
branch_labels = None
depends_on = None


STATEMENTS = (
    "alter table invitation add column field text not null default ''",
    "alter table invitation add column channel text not null default ''",
    "alter table invitation add column late boolean",
    "alter table invitation alter column field drop default",
    "alter table invitation alter column channel drop default",
    # That it was used is enough: a day could be laid beside the month of an answer.
    "alter table invitation add column used boolean not null default false",
    "update invitation set used = true where answered_on is not null",
    "alter table invitation drop column answered_on",
    "alter table invitation alter column used drop default",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
