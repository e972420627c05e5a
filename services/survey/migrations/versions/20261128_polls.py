"""Polls and visit counters."""

from alembic import op

revision = "20261128_polls"
down_revision = "20261127_petitions"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    create table poll (
        id uuid not null,
        agency text collate "C" not null,
        site text not null,
        question jsonb not null,
        results text not null,
        opens_at timestamptz not null,
        closes_at timestamptz,
        created_by text not null,
        created_at timestamptz not null,
        constraint poll_pkey primary key (id),
        constraint poll_results_check check (results in ('always', 'closed'))
    )
    """,
    "create index poll_site on poll (site, id)",
    """
    create table poll_option (
        poll uuid not null,
        id text not null,
        place integer not null,
        words jsonb not null,
        votes integer not null,
        constraint poll_option_pkey primary key (poll, id),
        constraint poll_option_poll_fkey foreign key (poll) references poll (id)
    )
    """,
    """
    create table poll_vote (
        poll uuid not null,
        visitor bytea not null,
        option text not null,
        constraint poll_vote_pkey primary key (poll, visitor),
        constraint poll_vote_poll_option_fkey
            foreign key (poll, option) references poll_option (poll, id)
    )
    """,
    """
    create table site (
        code text not null,
        agency text collate "C" not null,
        name text not null,
        before integer not null,
        constraint site_pkey primary key (code)
    )
    """,
    """
    create table site_day (
        site text not null,
        day date not null,
        visits integer not null,
        constraint site_day_pkey primary key (site, day)
    )
    """,
    """
    create table site_visitor (
        site text not null,
        visitor bytea not null,
        seen_at timestamptz not null,
        constraint site_visitor_pkey primary key (site, visitor)
    )
    """,
    "create index site_visitor_seen on site_visitor (seen_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
