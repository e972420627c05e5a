"""Nothing joins an answer to an invitation; what looks stuffed is counted apart."""

from alembic import op

revision = "20261201_anonymity"
down_revision = "20261130_occasions"
branch_labels = None
depends_on = None

# The answer's id, which follows from the token, is what refuses a second slip.
INVITATIONS = (
    "alter table invitation drop column used",
    "alter table invitation add column handed_at timestamptz",
    "alter table invitation add column handed_by text",
)

ANSWERS = (
    "alter table answer add column standing text not null default 'counted'",
    "alter table answer alter column standing drop default",
    """
    alter table answer add constraint answer_standing_check
        check (standing in ('counted', 'suspect', 'dismissed'))
    """,
    "alter table answer add column suspicion uuid",
    "alter table answer add column settled boolean not null default false",
    "alter table answer alter column settled drop default",
    "create index answer_unsettled on answer (id) where not settled",
    "create index answer_suspicion on answer (suspicion) where suspicion is not null",
    "alter table remark add column settled boolean not null default false",
    "alter table remark alter column settled drop default",
    "create index remark_unsettled on remark (id) where not settled",
)

SUSPICIONS = (
    """
    create table suspicion (
        id uuid not null,
        agency text collate "C" not null,
        month date not null,
        reason text not null,
        slips integer not null,
        status text not null,
        ground text,
        decided_by text,
        decided_at timestamptz,
        constraint suspicion_pkey primary key (id),
        constraint suspicion_reason_check check (reason in ('burst', 'alike')),
        constraint suspicion_status_check check (status in ('pending', 'counted', 'dismissed'))
    )
    """,
    """
    create unique index suspicion_pending on suspicion (agency, month, reason)
        where status = 'pending'
    """,
    """
    create table source_key (
        day date not null,
        key bytea not null,
        constraint source_key_pkey primary key (day)
    )
    """,
)


def upgrade() -> None:
    for statement in (*INVITATIONS, *ANSWERS, *SUSPICIONS):
        op.execute(statement)
