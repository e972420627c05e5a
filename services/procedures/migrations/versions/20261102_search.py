"""Columns that searches rank by and figures are counted from; no way to empty the table."""

import sqlalchemy as sa
from alembic import op

from services.procedures.records import ProcedureRecord
from services.procedures.search.columns import columns_of

revision = "20261102_search"
down_revision = "20261101_records"
branch_labels = None
depends_on = None

ROWS = sa.text("select code, version, document from procedure_version order by code, version")
FILL = sa.text(
    "update procedure_version set linked = :linked, charges = :charges, cuts_limit = :cuts_limit,"
    " search_key = :search_key, search_name = :search_name, search_spelling = :search_spelling"
    " where code = :code and version = :version"
)

WORDS = """
create table search_word (
    word text not null,
    constraint search_word_pkey primary key (word)
)
"""
LEARN = """
create function learn_words() returns trigger language plpgsql as $$
begin
    -- Few words are new: those that are there are not even tried, so that two publications at
    -- once do not wait for each other's words.
    insert into search_word (word)
    select distinct held from string_to_table(btrim(new.search_key), ' ') as held
     where held ~ '^[a-z]{2,}$' and not exists (select from search_word where word = held)
     order by held
    on conflict do nothing;
    return null;
end $$
"""
LEARN_PUBLISHED = """
create trigger words_are_learnt after insert or update of published_at on procedure_version
    for each row when (new.published_at is not null) execute function learn_words()
"""
LEARN_NOW = """
insert into search_word (word)
select distinct held
  from procedure_version, string_to_table(btrim(search_key), ' ') as held
 where published_at is not null and held ~ '^[a-z]{2,}$'
"""

NEVER_EMPTIED = (
    """
create function refuse_truncate() returns trigger language plpgsql as $$
begin
    raise exception 'published: % stays as it is', tg_table_name
        using errcode = 'restrict_violation';
end $$
""",
    """
create trigger published_stays_whole before truncate on procedure_version
    execute function refuse_truncate()
""",
)


def upgrade() -> None:
    # Trusted, like the extensions before it: the role that owns the database may create it.
    op.execute("create extension if not exists fuzzystrmatch")
    for column, kind in (
        ("linked", "boolean"),
        ("charges", "boolean"),
        ("cuts_limit", "boolean"),
        ("search_name", "text"),
        ("search_spelling", "text"),
    ):
        op.execute(f"alter table procedure_version add column {column} {kind}")
    _fill()
    for column in ("linked", "charges", "cuts_limit", "search_name", "search_spelling"):
        op.execute(f"alter table procedure_version alter column {column} set not null")
    for statement in (WORDS, LEARN, LEARN_PUBLISHED, LEARN_NOW, *NEVER_EMPTIED):
        op.execute(statement)


def _fill() -> None:
    """Write the new columns of every version; what is published says the same as before."""
    connection = op.get_bind()
    rows = connection.execute(ROWS).all()
    if not rows:
        return
    op.execute("alter table procedure_version disable trigger published_stays")
    for row in rows:
        columns = columns_of(ProcedureRecord.model_validate(row.document))
        connection.execute(FILL, columns | {"code": row.code, "version": row.version})
    op.execute("alter table procedure_version enable trigger published_stays")
