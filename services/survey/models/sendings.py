"""Links on their way to people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base


class Sending(Base):
    """A link that a carrier takes to an address; the address is forgotten once it is settled."""

    __tablename__ = "sending"
    __table_args__ = (
        Index(
            "sending_queued", "invitation", unique=True, postgresql_where=text("state = 'queued'")
        ),
        Index("sending_invitation", "invitation"),
        Index("sending_due", "next_try", postgresql_where=text("next_try is not null")),
        CheckConstraint("state in ('queued', 'sent', 'undeliverable')", name="state"),
        CheckConstraint("(address is null) = (state <> 'queued')", name="address"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    invitation: Mapped[UUID]
    carrier: Mapped[str]
    state: Mapped[str]
    address: Mapped[bytes | None]
    key_id: Mapped[str]
    attempts: Mapped[int]
    claims: Mapped[int]
    """Who settles it must have claimed it last."""
    next_try: Mapped[datetime | None]
    last_code: Mapped[str | None]
    queued_at: Mapped[datetime]
