"""Public tracking: how often a wrong check was given."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class TrackingTries(Base):
    """Wrong checks for one subject in one window; the subject is a keyed hash of what was asked."""

    __tablename__ = "tracking_tries"

    subject: Mapped[bytes] = mapped_column(primary_key=True)
    window_seconds: Mapped[int] = mapped_column(primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)
