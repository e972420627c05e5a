"""Files that were handed in: what is known of each, what it is attached to, and its end."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class FileState(StrEnum):
    """Whether a file may be used; what a scanner has not seen yet is quarantined."""

    QUARANTINED = "quarantined"
    USABLE = "usable"
    INFECTED = "infected"


class StoredFile(Base):
    """One file as somebody handed it in; its content lies outside, under its SHA-256.

    What it is called may name a person, so that stands sealed, and who brought it as a keyed hash.
    """

    __tablename__ = "file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    name: Mapped[bytes]
    key_id: Mapped[str]
    uploader: Mapped[bytes]
    state: Mapped[str]
    scans: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    scan_at: Mapped[datetime | None]
    """When a scanner is to see it; none once there is a verdict."""
    uploaded_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """When it goes, because nothing it is attached to holds it."""

    __table_args__ = (
        CheckConstraint("state in ('quarantined', 'usable', 'infected')", name="state"),
        Index("file_expiry", "expires_at", postgresql_where=text("expires_at is not null")),
        Index("file_to_scan", "scan_at", postgresql_where=text("scan_at is not null")),
    )


class Upload(Base):
    """A file that comes in several goes: how much is there, and in which pieces."""

    __tablename__ = "upload"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    uploader: Mapped[bytes]
    digest: Mapped[bytes]
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    pieces: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    name: Mapped[bytes]
    key_id: Mapped[str]
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("received between 0 and size", name="received"),
        Index("upload_uploader", "uploader"),
        Index("upload_expiry", "expires_at"),
    )


class Attachment(Base):
    """A file as a component or as the result of a dossier, or where its data was taken from."""

    __tablename__ = "attachment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    part: Mapped[str]
    component: Mapped[str | None]
    digitisation: Mapped[int] = mapped_column(SmallInteger)
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("file.id"), index=True)
    reused_from: Mapped[UUID | None]
    """The attachment it was taken over from, which may be gone by now."""
    database: Mapped[str | None]
    """The national or special database that the data was taken from instead of a paper."""
    attached_at: Mapped[datetime] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]
    """When the result that it was of was recalled."""

    __table_args__ = (
        CheckConstraint("part in ('component', 'result')", name="part"),
        CheckConstraint("(part = 'component') = (component is not null)", name="component"),
        CheckConstraint("(file_id is null) = (database is not null)", name="source"),
    )


class LegalHold(Base):
    """A dossier whose files must not be destroyed, and why."""

    __tablename__ = "legal_hold"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    ground: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    released_by: Mapped[str | None]
    released_at: Mapped[datetime | None]


class Destruction(Base):
    """The certificate (biên bản tiêu hủy) of a dossier's files: which there were, by digest."""

    __tablename__ = "destruction"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    code: Mapped[str]
    agency: Mapped[str]
    procedure: Mapped[str]
    retention_years: Mapped[int] = mapped_column(SmallInteger)
    ended_at: Mapped[datetime]
    destroyed_at: Mapped[datetime] = mapped_column(primary_key=True)
    digests: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __table_args__ = (Index("destruction_day", "destroyed_at", "dossier_id"),)
