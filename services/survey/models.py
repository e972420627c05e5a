"""The survey's tables; who was invited and what was answered are kept in tables of their own."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import database, tables

Code = Annotated[str, mapped_column(Text(collation="C"))]
"""A code whose subtree is a range: bytes in order, whatever the database's language."""


class Base(DeclarativeBase):
    """The survey's tables, the kernel's among them."""

    metadata = database.metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        bytes: LargeBinary,
        dict[str, str]: JSONB,
        datetime: DateTime(timezone=True),
    }


METADATA = Base.metadata
tables.add_outbox(METADATA)
tables.add_consumer(METADATA)


class DossierCopy(Base):
    """What an invitation will need of a dossier that is still under way; gone when it ends."""

    __tablename__ = "dossier_copy"
    __table_args__ = ({"info": {tables.REBUILT: True}},)

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str | None]
    agency: Mapped[Code]
    receiving_agency: Mapped[Code]
    procedure: Mapped[str]
    procedure_version: Mapped[int]


class ProcedureCopy(Base):
    """The names of published procedures."""

    __tablename__ = "procedure_copy"
    __table_args__ = ({"info": {tables.REBUILT: True}},)

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]


class AgencyCopy(Base):
    """The names of agencies."""

    __tablename__ = "agency_copy"
    __table_args__ = ({"info": {tables.REBUILT: True}},)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(Base):
    """An invitation (lời mời đánh giá) for a returned dossier, to be used once.

    It says on which day it was used and nothing of the answer, which has no way back to it.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("dossier", "instrument"),
        UniqueConstraint("token_hash"),
        Index("invitation_dossier_code", "dossier_code"),
        {"info": {tables.AGGREGATE: "survey"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    dossier: Mapped[UUID]
    dossier_code: Mapped[str | None]
    agency: Mapped[Code]
    receiving_agency: Mapped[Code]
    procedure: Mapped[str]
    procedure_version: Mapped[int]
    instrument: Mapped[str]
    instrument_version: Mapped[int]
    token_hash: Mapped[bytes]
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_on: Mapped[date | None]


class Answer(Base):
    """One filled slip (phiếu đánh giá): what was answered, never by whom (D61 27(3))."""

    __tablename__ = "answer"
    __table_args__ = ({"info": {tables.AGGREGATE: "survey"}},)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    agency: Mapped[Code]
    procedure: Mapped[str]
    instrument: Mapped[str]
    instrument_version: Mapped[int]
    answered_on: Mapped[date]
    choices: Mapped[dict[str, str]]

    @property
    def aggregate_id(self) -> str:
        """Its own id, so that its fact cannot be laid beside the invitation's."""
        return str(self.id)

    @property
    def event_agency(self) -> str:
        """The agency that was judged."""
        return self.agency


class Score(Base):
    """How many slips an agency got for a procedure in a month."""

    __tablename__ = "score"

    agency: Mapped[Code] = mapped_column(primary_key=True)
    procedure: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(primary_key=True)
    instrument_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slips: Mapped[int]


class ScoreOption(Base):
    """How often an option was chosen there; points and means follow from the instrument."""

    __tablename__ = "score_option"

    agency: Mapped[Code] = mapped_column(primary_key=True)
    procedure: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(primary_key=True)
    instrument_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[int]
