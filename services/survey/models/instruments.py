"""The instruments of provinces, version by version."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.survey.models.metadata import Base, Code


class InstrumentVersion(Base):
    """One version of a slip; a trigger keeps a published one as it is."""

    __tablename__ = "instrument"
    __table_args__ = (
        Index(
            "instrument_draft", "code", unique=True, postgresql_where=text("published_at is null")
        ),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agency: Mapped[Code]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
