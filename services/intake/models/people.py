"""The people of a dossier, the papers they handed in and the form they filled in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base

KNOWN_IDENTITY = text("identity_hash is not null")
KNOWN_PHONE = text("phone_hash is not null")


class PartyRole(StrEnum):
    """Whose part a person has in a dossier."""

    OWNER = "owner"
    SUBMITTER = "submitter"
    AUTHORISER = "authoriser"


class Party(Base):
    """A person or organisation of a dossier; numbers and addresses only sealed or hashed."""

    __tablename__ = "party"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    agency: Mapped[str]
    filed_at: Mapped[datetime]
    """The dossier's: common names are borne by many, who are listed without reading theirs."""
    sealed: Mapped[bytes | None]
    key_id: Mapped[str]
    identity_hash: Mapped[bytes | None]
    phone_hash: Mapped[bytes | None]

    __table_args__ = (
        Index("party_names", "agency", "keys", postgresql_using="gin"),
        Index("party_identity", "identity_hash", postgresql_where=KNOWN_IDENTITY),
        Index("party_phone", "phone_hash", postgresql_where=KNOWN_PHONE),
    )


class Paper(Base):
    """Copies of one component that were handed in; originals taken for comparison are held."""

    __tablename__ = "paper"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    component: Mapped[str] = mapped_column(primary_key=True)
    supplement: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, server_default=text("0")
    )
    originals: Mapped[int] = mapped_column(SmallInteger)
    copies: Mapped[int] = mapped_column(SmallInteger)
    originals_held: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))


class FilledForm(Base):
    """What was filled into the interactive form when the dossier was filed; only sealed."""

    __tablename__ = "filled_form"

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    procedure_version: Mapped[int]
    """Whose schema it was checked by; acceptance may pin another version of the same day."""
    sealed: Mapped[bytes]
    key_id: Mapped[str]
