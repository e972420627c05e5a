"""Histories brought in: how far each is, and which of its lines could not be taken."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.base import Base


class ImportBatch(Base):
    """One import, by the name its sender gave it; sending it again goes on counting anew."""

    __tablename__ = "import_batch"

    name: Mapped[str] = mapped_column(primary_key=True)
    sent_by: Mapped[str]
    lines: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    imported: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    already_there: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    refused: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRefusal(Base):
    """A line that was refused, and why."""

    __tablename__ = "import_refusal"

    batch: Mapped[str] = mapped_column(
        ForeignKey("import_batch.name", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    code: Mapped[str]
    detail: Mapped[str]
