"""What people fill into a procedure's interactive form, sealed."""

from alembic import op

revision = "20261101_forms"
down_revision = "20260102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table filled_form (
            dossier_id uuid not null,
            procedure_version integer not null,
            sealed bytea not null,
            key_id text not null,
            constraint filled_form_pkey primary key (dossier_id),
            constraint filled_form_dossier_id_fkey foreign key (dossier_id) references dossier (id)
        )
        """
    )
