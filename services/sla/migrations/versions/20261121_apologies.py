"""Letters of apology, their numbers and sendings, the register of errors, causes of lateness."""

from alembic import op

revision = "20261121_apologies"
down_revision = "20261120_alarms"
branch_labels = None
depends_on = None

INCIDENT = """
create table incident (
    id uuid not null,
    kind text not null,
    agency text collate "C" not null,
    receiving_agency text collate "C",
    dossier uuid,
    code text collate "C",
    found_on date not null,
    what text not null,
    registered_by text not null,
    registered_at timestamptz not null,
    constraint incident_pkey primary key (id)
)
"""
APOLOGY = """
create table apology (
    id uuid not null,
    sequence bigint not null,
    kind text not null,
    state text not null,
    agency text collate "C" not null,
    receiving_agency text collate "C",
    dossier uuid,
    code text collate "C",
    incident uuid,
    cause text,
    promised_at timestamptz,
    content bytea,
    key_id text,
    year integer,
    number integer,
    form_set text,
    made_by text not null,
    made_at timestamptz not null,
    submitted_by text,
    submitted_at timestamptz,
    rejection text,
    approved_by text,
    approved_at timestamptz,
    missed_at timestamptz,
    voided_at timestamptz,
    channel text,
    sent_at timestamptz,
    delivered_at timestamptz,
    proof bytea,
    proof_key_id text,
    constraint apology_pkey primary key (id),
    constraint apology_incident_fkey foreign key (incident) references incident (id)
)
"""
OPEN_KEY = """
create unique index apology_open_key on apology (dossier)
 where kind = 'overdue' and state in ('draft', 'submitted')
"""
REAPPOINTING_KEY = """
create unique index apology_reappointing_key on apology (dossier)
 where kind = 'overdue' and number is not null
"""
INCIDENT_KEY = """
create unique index apology_incident_key on apology (incident) where state <> 'dropped'
"""
NUMBER = """
create table apology_number (
    agency text collate "C" not null,
    year integer not null,
    last integer not null,
    constraint apology_number_pkey primary key (agency, year)
)
"""
SENDING = """
create table apology_sending (
    apology uuid not null,
    channel text not null,
    attempts integer not null,
    claims integer not null,
    next_try timestamptz,
    queued_at timestamptz not null,
    last_code text,
    receipt text,
    constraint apology_sending_pkey primary key (apology),
    constraint apology_sending_apology_fkey foreign key (apology) references apology (id)
)
"""
SENDING_DUE = """
create index apology_sending_due on apology_sending (next_try) where next_try is not null
"""
READING = """
create table apology_reading (
    id bigint generated always as identity,
    apology uuid not null,
    seen_at timestamptz not null,
    actor text not null,
    constraint apology_reading_pkey primary key (id),
    constraint apology_reading_apology_fkey foreign key (apology) references apology (id)
)
"""
CAUSE = """
create table cause (
    agency text collate "C" not null,
    code text collate "C" not null,
    name text not null,
    retired boolean not null,
    set_by text not null,
    set_at timestamptz not null,
    constraint cause_pkey primary key (agency, code)
)
"""


def upgrade() -> None:
    op.execute(INCIDENT)
    op.execute("create index incident_found on incident (found_on, id)")
    op.execute(APOLOGY)
    op.execute(OPEN_KEY)
    op.execute(REAPPOINTING_KEY)
    op.execute(INCIDENT_KEY)
    op.execute("create unique index apology_number_key on apology (agency, year, number)")
    op.execute("create index apology_order on apology (made_at, id)")
    op.execute(NUMBER)
    op.execute(SENDING)
    op.execute(SENDING_DUE)
    op.execute(READING)
    op.execute("create index apology_reading_apology_idx on apology_reading (apology)")
    op.execute(CAUSE)
