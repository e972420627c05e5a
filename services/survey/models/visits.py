"""Visit counters of portals (thống kê truy cập)."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code


class Site(Base):
    """A portal whose visits are counted; `before` were counted by a system before this one."""

    __tablename__ = "site"

    code: Mapped[str] = mapped_column(primary_key=True)
    agency: Mapped[Code]
    name: Mapped[str]
    before: Mapped[int]


class SiteDay(Base):
    """How often a site was visited on a day."""

    __tablename__ = "site_day"

    site: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    visits: Mapped[int]


class SiteVisitor(Base):
    """Who is there now, by a hash of the day; forgotten after the day."""

    __tablename__ = "site_visitor"

    site: Mapped[str] = mapped_column(primary_key=True)
    visitor: Mapped[bytes] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]

    __table_args__ = (Index("site_visitor_seen", "seen_at"),)
