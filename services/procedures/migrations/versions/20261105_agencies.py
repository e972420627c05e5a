"""What more an agency is, who is competent for which procedure, quality documents, field codes."""

from alembic import op

revision = "20261105_agencies"
down_revision = "20261104_processes"
branch_labels = None
depends_on = None

AGENCIES = """
alter table agency
    add column old_identifier text,
    add column other_codes jsonb not null default '[]',
    add column succession jsonb not null default '[]',
    add column acts_for jsonb not null default '[]',
    add column modern_since date,
    add column address text,
    add column phone text,
    add column hotline text,
    add column site text;
update agency
   set succession = (
       select jsonb_agg(
           jsonb_build_object(
               'agency', successor,
               'part', case when cardinality(successors) = 1 then 'whole' else 'part' end,
               'since', coalesce(valid_to + 1, valid_from)
           ) order by successor
       )
         from unnest(successors) as successor
   )
 where cardinality(successors) > 0;
alter table agency drop column successors;
alter table agency rename column succession to successors;
update agency set kind = 'one_stop_centre' where kind = 'service_centre';
create index agency_old_identifier on agency (old_identifier);
create index agency_successors on agency using gin (successors jsonb_path_ops);
create index agency_acts_for on agency using gin (acts_for jsonb_path_ops);
"""

FIELDS = """
alter table field add column code text;
alter table field add constraint field_code_key unique (code);
"""

COMPETENCES = """
create table competence (
    procedure text not null,
    sequence integer not null default 0,
    constraint competence_pkey primary key (procedure),
    constraint competence_procedure_fkey foreign key (procedure) references procedure (code)
);
create table competence_line (
    procedure text not null,
    number integer not null,
    agency text not null,
    level text,
    role text not null,
    boundary_free text,
    valid_from date not null,
    valid_to date,
    constraint competence_line_pkey primary key (procedure, number),
    constraint competence_line_procedure_fkey
        foreign key (procedure) references competence (procedure),
    constraint competence_line_agency_fkey foreign key (agency) references agency (code),
    constraint competence_line_number_check check (number > 0),
    constraint competence_line_validity_check check (valid_to >= valid_from)
);
create index competence_line_agency on competence_line (agency, procedure);
"""

QUALITY_DOCUMENTS = """
create table quality_document (
    agency text not null,
    procedure text not null,
    number text not null,
    approved_on date not null,
    valid_to date,
    url text,
    constraint quality_document_pkey primary key (agency, procedure, number),
    constraint quality_document_agency_fkey foreign key (agency) references agency (code),
    constraint quality_document_procedure_fkey foreign key (procedure) references procedure (code),
    constraint quality_document_validity_check check (valid_to >= approved_on)
);
create index quality_document_procedure on quality_document (procedure, agency);
"""


def upgrade() -> None:
    for part in (AGENCIES, FIELDS, COMPETENCES, QUALITY_DOCUMENTS):
        # The driver takes one statement at a time.
        for statement in part.strip().removesuffix(";").split(";\n"):
            op.execute(statement)
