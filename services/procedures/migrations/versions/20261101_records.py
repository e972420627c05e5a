"""Columns for what is measured of a version, and numbers that are never given twice."""

from alembic import op

revision = "20261101_records"
down_revision = "20260101_start"
branch_labels = None
depends_on = None

COLUMNS = """
alter table procedure_version
    add column online_level text,
    add column boundary_free text,
    add column pays_online boolean,
    add column decision_signed_on date,
    add column full_content boolean not null default false,
    add column incomplete_reason text,
    add column edited_at timestamptz,
    add column edited_by text
"""

FILLED = """
update procedure_version set
    online_level = document ->> 'online_level',
    boundary_free = document ->> 'boundary_free',
    pays_online = (document ->> 'pays_online')::boolean,
    decision_signed_on = (document ->> 'decision_signed_on')::date,
    incomplete_reason = case when published_at is not null
        then 'Công bố trước khi hệ thống kiểm tra các phần bắt buộc.' end
"""

CHECKED = """
alter table procedure_version
    alter column full_content drop default,
    add constraint procedure_version_full_content_check
        check (full_content or published_at is null or incomplete_reason is not null)
"""


def upgrade() -> None:
    op.execute("alter table procedure add column last_version integer not null default 0")
    op.execute(
        "update procedure p set last_version ="
        " (select coalesce(max(version), 0) from procedure_version v where v.code = p.code)"
    )
    op.execute(COLUMNS)
    # What the trigger keeps is what was published; these columns only tell it a second time.
    op.execute("alter table procedure_version disable trigger published_stays")
    op.execute(FILLED)
    op.execute("alter table procedure_version enable trigger published_stays")
    op.execute(CHECKED)
