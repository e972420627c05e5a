"""Schemes of indices, entered figures, and copies of targets, petitions and survey points."""

from alembic import op

revision = "20261123_indices"
down_revision = "20261122_reports"
branch_labels = None
depends_on = None

INDEX_SCHEME = """
create table index_scheme (
    code text collate "C" not null,
    version integer not null,
    document jsonb not null,
    published_by text not null,
    published_at timestamptz not null,
    constraint index_scheme_pkey primary key (code, version)
)
"""
ENTERED_FIGURE = """
create table entered_figure (
    number bigint generated always as identity,
    scheme text collate "C" not null,
    criterion text collate "C" not null,
    agency text collate "C" not null,
    first date not null,
    last date not null,
    numerator numeric not null,
    denominator numeric not null,
    evidence text not null,
    entered_by text not null,
    entered_at timestamptz not null,
    constraint entered_figure_pkey primary key (number)
)
"""
ENTERED_FIGURE_OF = """
create index entered_figure_of
    on entered_figure (scheme, first, last, agency, criterion, number)
"""
TARGET_COPY = """
create table target_copy (
    code text collate "C" not null,
    effective_from date not null,
    title text not null,
    formula text not null,
    comparison text not null,
    threshold numeric,
    unit text not null,
    agency text collate "C",
    levels text[] not null,
    period_from date not null,
    period_to date,
    evaluated boolean not null,
    source text not null,
    constraint target_copy_pkey primary key (code, effective_from)
)
"""
PETITION_COPY = """
create table petition_copy (
    id uuid not null,
    agency text collate "C" not null,
    kind text not null,
    received_on date not null,
    ended_on date,
    late boolean not null,
    refused boolean not null,
    proved boolean,
    satisfied boolean,
    constraint petition_copy_pkey primary key (id)
)
"""
SURVEY_POINTS = """
create table survey_points (
    month date not null,
    agency text collate "C" not null,
    index text collate "C" not null,
    points numeric not null,
    answers integer not null,
    constraint survey_points_pkey primary key (month, agency, index)
)
"""


def upgrade() -> None:
    op.execute(INDEX_SCHEME)
    op.execute(ENTERED_FIGURE)
    op.execute(ENTERED_FIGURE_OF)
    op.execute(TARGET_COPY)
    op.execute(PETITION_COPY)
    op.execute(SURVEY_POINTS)
