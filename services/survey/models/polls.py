"""Polls (bình chọn): what is asked, and one vote per visitor."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code


class Poll(Base):
    """A question put to a site's visitors; it is open from `opens_at` until `closes_at`."""

    __tablename__ = "poll"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    site: Mapped[str]
    question: Mapped[dict[str, str]]
    results: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("poll_site", "site", "id"),
        CheckConstraint("results in ('always', 'closed')", name="results"),
    )


class PollOption(Base):
    """One of a poll's options; its votes are counted in the statement that keeps the vote."""

    __tablename__ = "poll_option"

    poll: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    words: Mapped[dict[str, str]]
    votes: Mapped[int]


class PollVote(Base):
    """That a visitor voted; `visitor` is a hash that is another one in every poll."""

    __tablename__ = "poll_vote"

    poll: Mapped[UUID] = mapped_column(primary_key=True)
    visitor: Mapped[bytes] = mapped_column(primary_key=True)
    option: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["poll", "option"], ["poll_option.poll", "poll_option.id"]),
    )
