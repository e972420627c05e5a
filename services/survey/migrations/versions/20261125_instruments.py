"""Instruments as published data, answers of every kind, and counts by more than the procedure."""

from alembic import op

revision = "20261125_instruments"
down_revision = "20261124_kernel"
branch_labels = None
depends_on = None

INSTRUMENTS = (
    """
    create table instrument (
        code text not null,
        version integer not null,
        agency text collate "C" not null,
        document jsonb not null,
        drafted_by text not null,
        drafted_at timestamptz not null,
        published_by text,
        published_at timestamptz,
        constraint instrument_pkey primary key (code, version)
    )
    """,
    "create unique index instrument_draft on instrument (code) where published_at is null",
    """
    create function keep_published() returns trigger language plpgsql as $$
    begin
        raise exception 'published: % version % stays as it is', old.code, old.version
            using errcode = 'restrict_violation';
    end $$
    """,
    """
    create trigger published_stays before update or delete on instrument
        for each row when (old.published_at is not null) execute function keep_published()
    """,
)

# An answer keeps its month: a day could be laid beside the day of an invitation.
ANSWERS = (
    "alter table answer rename column answered_on to month",
    "update answer set month = date_trunc('month', month)",
    "alter table answer add column field text not null default ''",
    "alter table answer add column channel text not null default ''",
    "alter table answer add column late boolean",
    "alter table answer alter column field drop default",
    "alter table answer alter column channel drop default",
    "create index answer_agency on answer (agency, month)",
    """
    create table remark (
        id uuid not null,
        agency text collate "C" not null,
        instrument text not null,
        instrument_version integer not null,
        question text not null,
        month date not null,
        status text not null,
        words bytea,
        key_id text not null,
        reason text,
        decided_by text,
        decided_at timestamptz,
        constraint remark_pkey primary key (id),
        constraint remark_status_check check (status in ('pending', 'shown', 'hidden'))
    )
    """,
    "create index remark_queue on remark (status, agency, id)",
)

SCORES = (
    "drop table score_option",
    "drop table score",
    """
    create table score (
        agency text collate "C" not null,
        procedure text not null,
        field text not null,
        channel text not null,
        timeliness text not null,
        month date not null,
        instrument text not null,
        instrument_version integer not null,
        slips integer not null,
        constraint score_pkey primary key
            (agency, procedure, field, channel, timeliness, month, instrument, instrument_version)
    )
    """,
    """
    create table score_question (
        agency text collate "C" not null,
        procedure text not null,
        field text not null,
        channel text not null,
        timeliness text not null,
        month date not null,
        instrument text not null,
        instrument_version integer not null,
        question text not null,
        answers integer not null,
        total numeric not null,
        constraint score_question_pkey primary key
            (agency, procedure, field, channel, timeliness, month, instrument, instrument_version,
             question)
    )
    """,
    """
    create table score_option (
        agency text collate "C" not null,
        procedure text not null,
        field text not null,
        channel text not null,
        timeliness text not null,
        month date not null,
        instrument text not null,
        instrument_version integer not null,
        question text not null,
        option text not null,
        answers integer not null,
        constraint score_option_pkey primary key
            (agency, procedure, field, channel, timeliness, month, instrument, instrument_version,
             question, option)
    )
    """,
    # Before this there were single choices only.
    """
    insert into score
    select agency, procedure, '', '', 'unknown', month, instrument, instrument_version, count(*)
    from answer group by agency, procedure, month, instrument, instrument_version
    """,
    """
    insert into score_question
    select agency, procedure, '', '', 'unknown', month, instrument, instrument_version, c.key,
           count(*), 0
    from answer, jsonb_each_text(choices) as c
    group by agency, procedure, month, instrument, instrument_version, c.key
    """,
    """
    insert into score_option
    select agency, procedure, '', '', 'unknown', month, instrument, instrument_version, c.key,
           c.value, count(*)
    from answer, jsonb_each_text(choices) as c
    group by agency, procedure, month, instrument, instrument_version, c.key, c.value
    """,
)

INDICES = (
    """
    create table index_entry (
        id uuid not null,
        agency text collate "C" not null,
        year integer not null,
        quarter integer not null,
        index integer not null,
        kind text not null,
        points numeric(2, 1) not null,
        reason text,
        entered_by text not null,
        entered_at timestamptz not null,
        constraint index_entry_pkey primary key (id),
        constraint index_entry_kind_check check (kind in ('self', 'appraised')),
        constraint index_entry_quarter_check check (quarter between 1 and 4),
        constraint index_entry_index_check check (index between 1 and 9),
        constraint index_entry_points_check check (points between 0 and 2)
    )
    """,
    "create index index_entry_quarter on index_entry (year, quarter, agency)",
)


def upgrade() -> None:
    for statement in (*INSTRUMENTS, *ANSWERS, *SCORES, *INDICES):
        op.execute(statement)
