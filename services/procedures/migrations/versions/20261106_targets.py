"""Targets of plans, each with the versions it went through."""

from alembic import op

revision = "20261106_targets"
down_revision = "20261105_agencies"
branch_labels = None
depends_on = None

TARGETS = """
create table target (
    code text not null,
    sequence integer not null default 0,
    constraint target_pkey primary key (code)
);
create table target_version (
    code text not null,
    effective_from date not null,
    title text not null,
    formula text not null,
    comparison text not null,
    threshold numeric(12, 2),
    unit text not null,
    agency text,
    levels text[] not null default '{}',
    period_from date not null,
    period_to date,
    evaluated boolean not null,
    source text not null,
    note text,
    constraint target_version_pkey primary key (code, effective_from),
    constraint target_version_code_fkey foreign key (code) references target (code),
    constraint target_version_agency_fkey foreign key (agency) references agency (code),
    constraint target_version_period_check check (period_to >= period_from),
    constraint target_version_threshold_check
        check ((threshold is null) = (comparison = 'at_least_previous'))
);
create index target_version_agency on target_version (agency);
"""


def upgrade() -> None:
    for statement in TARGETS.strip().removesuffix(";").split(";\n"):
        op.execute(statement)
