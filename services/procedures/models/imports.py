"""Catalogue files that were sent in, what was read in them, and who let what in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.models.base import Base


class ImportForm(StrEnum):
    """How a file holds its records."""

    JSON = "json"
    LINES = "lines"
    ZIP = "zip"


class ImportState(StrEnum):
    """How far an import is; a trigger lets it pass only from one to the next."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    APPROVING = "approving"
    APPROVED = "approved"
    REJECTED = "rejected"
    FAILED = "failed"


class ItemState(StrEnum):
    """What a record of the file is, beside what is published."""

    BAD = "bad"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"


class ItemOutcome(StrEnum):
    """What became of an approved record."""

    PUBLISHED = "published"
    REFUSED = "refused"


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} in ({listed})", name=column)


class ProcedureImport(Base):
    """A file (tệp nhập danh mục): who sent it, how far it is read, what ended it."""

    __tablename__ = "procedure_import"
    __table_args__ = (
        _one_of("form", ImportForm),
        _one_of("state", ImportState),
        Index("procedure_import_content", "sha256", "valid_from"),
        Index("procedure_import_uploaded", "uploaded_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_name: Mapped[str | None]
    form: Mapped[str]
    valid_from: Mapped[date]
    sha256: Mapped[bytes | None]
    bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"), default=0)
    state: Mapped[str]
    position: Mapped[dict[str, Any] | None]
    bytes_read: Mapped[int] = mapped_column(BigInteger, server_default=text("0"), default=0)
    failure_code: Mapped[str | None]
    failure_detail: Mapped[str | None]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    rejected_by: Mapped[str | None]
    rejected_at: Mapped[datetime | None]
    rejection_reason: Mapped[str | None]
    forgotten_at: Mapped[datetime | None]


class ImportChunk(Base):
    """A piece of a file as it came; all but the last are equally long."""

    __tablename__ = "procedure_import_chunk"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("procedure_import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes]


class ImportApproval(Base):
    """One decision to publish records of a file; a trigger takes it only once all is read."""

    __tablename__ = "procedure_import_approval"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("procedure_import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    items: Mapped[int]
    incomplete_reason: Mapped[str | None]
    except_anomalies: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ImportItem(Base):
    """A record of a file: what it is, what is odd in it, and what became of it."""

    __tablename__ = "procedure_import_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["import_id", "approval"],
            ["procedure_import_approval.import_id", "procedure_import_approval.number"],
            name="procedure_import_item_approval_fkey",
        ),
        _one_of("state", ItemState),
        _one_of("outcome", ItemOutcome),
        CheckConstraint("approval is null or state in ('new', 'changed')", name="approvable"),
        CheckConstraint("outcome is null or approval is not null", name="approved"),
        CheckConstraint(
            "(version is not null) = (outcome is not distinct from 'published')", name="published"
        ),
        Index("procedure_import_item_state", "import_id", "state", "number"),
        Index(
            "procedure_import_item_due",
            "import_id",
            "number",
            postgresql_where=text("approval is not null and outcome is null"),
        ),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("procedure_import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member: Mapped[str | None]
    line: Mapped[int]
    state: Mapped[str]
    code: Mapped[str | None]
    name: Mapped[str | None]
    reason_code: Mapped[str | None]
    reason_detail: Mapped[str | None]
    reason_pointer: Mapped[str | None]
    excerpt: Mapped[str | None]
    anomaly_codes: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    anomalies: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    differences: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    base_version: Mapped[int | None]
    document: Mapped[dict[str, Any] | None]
    approval: Mapped[int | None]
    outcome: Mapped[str | None]
    version: Mapped[int | None]
    refusal_code: Mapped[str | None]
    refusal_detail: Mapped[str | None]
