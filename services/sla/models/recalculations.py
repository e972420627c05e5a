"""Orders to count open clocks anew, what they came to, and decisions on single limits."""

from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from services.sla.models.metadata import FROM_STREAM, Base, Code, Moment
from shared.events import NATIONAL


class RecalculationOrder(Base):
    """An order as it was given; what came of it stands in `recalculation` once it was heard."""

    __tablename__ = "recalculation_order"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    calendar: Mapped[str] = mapped_column(Text)
    calendar_version: Mapped[int]
    later_only: Mapped[bool]
    ground: Mapped[str] = mapped_column(Text)
    ordered_by: Mapped[str] = mapped_column(Text)
    ordered_at: Mapped[Moment]

    sequence = 0
    """It tells one fact: itself."""

    @property
    def aggregate_id(self) -> str:
        """The id its fact carries."""
        return str(self.id)

    @property
    def event_agency(self) -> str:
        """Calendars belong to no single agency."""
        return NATIONAL


class Recalculation(Base):
    """What an order came to: clocks moved later and earlier, and those that stayed, by why.

    `kept` would have been due earlier than was promised, `as_told` have a due that another system
    told; `superseded` orders moved nothing, as a newer version had been applied.
    """

    __tablename__ = "recalculation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    calendar: Mapped[str] = mapped_column(Text)
    calendar_version: Mapped[int]
    later_only: Mapped[bool]
    ground: Mapped[str] = mapped_column(Text)
    ordered_at: Mapped[Moment]
    superseded: Mapped[bool]
    later: Mapped[int]
    earlier: Mapped[int]
    kept: Mapped[int]
    as_told: Mapped[int]

    __table_args__ = ({"info": FROM_STREAM},)


class Extension(Base):
    """A limit lengthened by decision; `amount` is working minutes, or days of a day limit.

    `number` is the fact's own among the dossier's decisions. It is pending until it was heard.
    """

    __tablename__ = "extension"

    dossier: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    agency: Mapped[Code]
    amount: Mapped[int]
    ground: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[Moment]
    due_before: Mapped[Moment]
    due_expected: Mapped[Moment]
    due_after: Mapped[Moment | None]
    state: Mapped[str] = mapped_column(Text)

    sequence = synonym("number")

    @property
    def aggregate_id(self) -> str:
        """Its fact is about the dossier."""
        return str(self.dossier)

    @property
    def event_agency(self) -> str:
        """The agency whose head decided."""
        return self.agency
