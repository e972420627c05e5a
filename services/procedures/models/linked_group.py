"""Linked groups: procedures done together for one person."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.models.base import Base
from services.procedures.models.standing import Standable
from shared import tables
from shared.events import NATIONAL


class LinkedGroup(Standable, Base):
    """A linked group (nhóm thủ tục liên thông); of one code, one at most is published.

    `procedures` are the codes of its members, and its own where it has one.
    """

    __tablename__ = "linked_group"
    __table_args__ = (
        CheckConstraint("published_at is not null or retired_at is null", name="standing"),
        Index(
            "linked_group_in_use",
            "code",
            unique=True,
            postgresql_where=text("published_at is not null and retired_at is null"),
        ),
        Index("linked_group_code", "code", "id"),
        Index("linked_group_procedures", "procedures", postgresql_using="gin"),
        {"info": {tables.AGGREGATE: "linked_group"}},
    )

    code: Mapped[str]
    procedures: Mapped[list[str]]
    lead_agency: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))

    @property
    def event_agency(self) -> str:
        """The agency that leads it, or the nation."""
        return self.lead_agency or NATIONAL
