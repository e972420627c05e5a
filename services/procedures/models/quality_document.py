"""Quality documents: the ISO 9001 process documents of an agency for its procedures."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.procedures.models.base import Base


class QualityDocument(Base):
    """One approved process document (quy trình ISO) of an agency for a procedure."""

    __tablename__ = "quality_document"
    __table_args__ = (
        CheckConstraint("valid_to >= approved_on", name="validity"),
        Index("quality_document_procedure", "procedure", "agency"),
    )

    agency: Mapped[str] = mapped_column(ForeignKey("agency.code"), primary_key=True)
    procedure: Mapped[str] = mapped_column(ForeignKey("procedure.code"), primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    approved_on: Mapped[date]
    valid_to: Mapped[date | None]
    url: Mapped[str | None]
