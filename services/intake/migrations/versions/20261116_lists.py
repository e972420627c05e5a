"""Lists of what another agency received; people know when their dossier was filed."""

from alembic import op

revision = "20261116_lists"
down_revision = "20261115_rates"
branch_labels = None
depends_on = None

# Without them the planner walks every agency's rows of a status to find an agency's few.
INDEXES = (
    "drop index dossier_received_elsewhere",
    """
    create index dossier_received_elsewhere on dossier (receiving_agency, filed_at desc, id desc)
        include (competent_agency)
        where receiving_agency <> competent_agency
    """,
    """
    create index dossier_procedure_elsewhere on dossier (receiving_agency, procedure, filed_at desc, id desc)
        include (competent_agency)
        where receiving_agency <> competent_agency
    """,
    """
    create index dossier_desk_elsewhere on dossier (receiving_agency, status, filed_at desc, id desc)
        include (competent_agency)
        where receiving_agency <> competent_agency and status in (1, 2, 4, 5, 6, 9)
    """,
    """
    create index dossier_due_elsewhere on dossier (receiving_agency, due_at, id)
        include (competent_agency)
        where receiving_agency <> competent_agency and status in (2, 4)
    """,
    "drop index dossier_supported",
    """
    create index dossier_supported on dossier (support_agency, filed_at desc, id desc)
        include (competent_agency, receiving_agency)
        where support_agency is not null
    """,
)

# By name the newest are shown first: a common one is found without reading all its dossiers.
PEOPLE = (
    "alter table party add column filed_at timestamptz",
    "update party p set filed_at = d.filed_at from dossier d where d.id = p.dossier_id",
    "alter table party alter column filed_at set not null",
)


def upgrade() -> None:
    for statement in (*INDEXES, *PEOPLE):
        op.execute(statement)
