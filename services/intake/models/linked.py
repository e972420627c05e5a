"""Linked lives (liên thông): one parent, and the dossiers of the procedures done together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base
from shared.tables import REBUILT


class LinkedGroupCopy(Base):
    """A linked group as its event told it."""

    __tablename__ = "linked_group_copy"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    retired_at: Mapped[datetime | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (Index("linked_group_copy_code", "code"), {"info": {REBUILT: True}})


class LinkedLife(Base):
    """What makes a dossier a parent: the group it follows, and in order or all at once."""

    __tablename__ = "linked_life"

    parent_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    group_code: Mapped[str]
    title: Mapped[str]
    mode: Mapped[str]
    linked_by: Mapped[str]
    linked_at: Mapped[datetime]


class LinkedPart(Base):
    """One procedure of a linked life; it has a dossier once its turn has come.

    `held_up` is the code of the refusal for which it could not be begun by itself.
    """

    __tablename__ = "linked_part"

    parent_id: Mapped[UUID] = mapped_column(ForeignKey("linked_life.parent_id"), primary_key=True)
    member: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    required: Mapped[bool]
    procedure: Mapped[str]
    agency: Mapped[str]
    case_id: Mapped[str | None]
    limit_row: Mapped[str | None]
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"))
    held_up: Mapped[str | None]

    __table_args__ = (
        Index(
            "linked_part_dossier",
            "dossier_id",
            unique=True,
            postgresql_where=text("dossier_id is not null"),
        ),
    )
