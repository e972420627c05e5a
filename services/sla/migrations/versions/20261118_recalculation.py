"""Orders to count open clocks anew, decisions on limits, and what counting anew must know."""

from alembic import op

revision = "20261118_recalculation"
down_revision = "20261117_lives"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table preview_move drop constraint preview_move_preview_fkey",
    "alter table clock add column told boolean default false not null",
    "alter table clock add column adjusted boolean default false not null",
    "alter table clock add column lapsed boolean default false not null",
    # Too many are no mistake: those are counted one by one.
    """
    update clock set told = true
     where exists (select from ledger where ledger.dossier = clock.dossier and ledger.told)
    """,
    """
    update clock set lapsed = true
     where exists (select from ledger where ledger.dossier = clock.dossier
                      and ledger.kind in ('resumed', 'recalled') and ledger.at >= clock.began_at)
    """,
    """
    create table recalculation_order (
        id uuid not null,
        calendar text not null,
        calendar_version integer not null,
        later_only boolean not null,
        ground text not null,
        ordered_by text not null,
        ordered_at timestamptz not null,
        constraint recalculation_order_pkey primary key (id)
    )
    """,
    """
    create table recalculation (
        id uuid not null,
        calendar text not null,
        calendar_version integer not null,
        later_only boolean not null,
        ground text not null,
        ordered_at timestamptz not null,
        superseded boolean not null,
        later integer not null,
        earlier integer not null,
        kept integer not null,
        as_told integer not null,
        constraint recalculation_pkey primary key (id)
    )
    """,
    """
    create table extension (
        dossier uuid not null,
        number bigint not null,
        agency text collate "C" not null,
        amount integer not null,
        ground text not null,
        decided_by text not null,
        decided_at timestamptz not null,
        due_before timestamptz not null,
        due_expected timestamptz not null,
        due_after timestamptz,
        state text not null,
        constraint extension_pkey primary key (dossier, number)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
