"""Quality documents, as the API takes them in and gives them out."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.procedures.codes import AgencyCode, ProcedureCode
from services.procedures.texts import Name

SITE = r"^https?://[!-~]+$"


class QualityDocumentContent(BaseModel):
    """One approved ISO 9001 process document."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    number: Name = Field(description="Số, ký hiệu quy trình / number of the document.")
    approved_on: date
    valid_to: date | None = None
    url: str | None = Field(default=None, pattern=SITE, max_length=1000)


class QualityDocumentDescription(QualityDocumentContent):
    """One document as it shall be."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.approved_on:
            raise ValueError("Ngày hết hiệu lực không được trước ngày phê duyệt.")
        return self


class QualityDocumentList(BaseModel):
    """All documents of an agency for one procedure, as they shall be."""

    model_config = ConfigDict(extra="forbid")

    documents: tuple[QualityDocumentDescription, ...] = Field(max_length=50)

    @model_validator(mode="after")
    def _numbers_differ(self) -> Self:
        numbers = [document.number for document in self.documents]
        if len(numbers) != len(set(numbers)):
            raise ValueError("Mỗi số quy trình chỉ nêu một lần.")
        return self


class QualityDocumentView(QualityDocumentContent):
    """One document with whose and what for."""

    agency: AgencyCode
    procedure: ProcedureCode


class QualityDocumentsView(BaseModel):
    """All documents of an agency for one procedure."""

    agency: AgencyCode
    procedure: ProcedureCode
    documents: list[QualityDocumentContent]
