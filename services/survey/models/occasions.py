"""When a province's agencies invite to which slip."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code


class OccasionRule(Base):
    """From its first to its last day, for an agency and all below it."""

    __tablename__ = "occasion"
    __table_args__ = (
        CheckConstraint(
            "trigger in ('accepted', 'supplement_requested', 'intake_refused', 'returned')",
            name="trigger",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    trigger: Mapped[str]
    channel: Mapped[str | None]
    """Null: whatever the channel of filing was."""
    instrument: Mapped[str | None]
    """Null: nobody is asked."""
    answer_within_days: Mapped[int | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    ground: Mapped[str]
    defined_by: Mapped[str]
    defined_at: Mapped[datetime]
