"""Ledger rows bear a number of their own: decisions of sla's own stand among intake's facts."""

from alembic import op

revision = "20261116_ledger"
down_revision = "20261115_linked"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table ledger add column place integer",
    """
    update ledger set place = numbered.place
      from (
        select dossier, source_sequence, entry,
               row_number() over (partition by dossier order by source_sequence, entry) as place
          from ledger
      ) as numbered
     where (ledger.dossier, ledger.source_sequence, ledger.entry)
         = (numbered.dossier, numbered.source_sequence, numbered.entry)
    """,
    "alter table ledger add column source text default 'dossier' not null",
    "alter table ledger alter column source drop default",
    "alter table ledger alter column place set not null",
    "alter table ledger drop constraint ledger_pkey",
    "alter table ledger add constraint ledger_pkey primary key (dossier, place)",
    "alter table clock add column entries integer default 0 not null",
    """
    update clock set entries = counted.entries
      from (select dossier, count(*)::int as entries from ledger group by dossier) as counted
     where clock.dossier = counted.dossier
    """,
    "alter table clock alter column entries drop default",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
