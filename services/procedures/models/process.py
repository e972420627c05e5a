"""Electronic processes, bound to a version of a procedure."""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.models.base import Base
from services.procedures.models.standing import Standable
from shared import tables
from shared.events import NATIONAL


class Process(Standable, Base):
    """A process (quy trình nội bộ, quy trình điện tử) of a version, for an agency, a level or all.

    Of those bound to the same, one at most is published; a trigger keeps it as it is.
    """

    __tablename__ = "process"
    __table_args__ = (
        ForeignKeyConstraint(
            ["procedure", "version"], ["procedure_version.code", "procedure_version.version"]
        ),
        CheckConstraint("agency is null or level is null", name="agency_or_level"),
        CheckConstraint("published_at is not null or retired_at is null", name="standing"),
        Index(
            "process_in_use",
            "procedure",
            "version",
            "case_id",
            "method",
            "agency",
            "level",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("published_at is not null and retired_at is null"),
        ),
        Index("process_procedure", "procedure", "id"),
        Index("process_agency", "agency", "procedure", "id"),
        {"info": {tables.AGGREGATE: "process"}},
    )

    number: Mapped[str]
    procedure: Mapped[str]
    version: Mapped[int]
    case_id: Mapped[str | None]
    method: Mapped[str | None]
    agency: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    level: Mapped[str | None]

    @property
    def event_agency(self) -> str:
        """The agency it is bound to, or the nation."""
        return self.agency or NATIONAL
