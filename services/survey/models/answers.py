"""What was answered; nothing here leads to a person."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code
from shared import tables


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
