"""The tracking book: which there are, and their entries."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.times import LocalDateTime

NAMES_MAX = 5000

Person = Annotated[str, StringConstraints(max_length=300)]


class BookView(BaseModel):
    """A book of a one-stop, one field and one year."""

    agency: str
    field: str
    year: int
    entries: int
    closed_at: LocalDateTime | None
    closed_with: int | None = Field(description="Số cuối cùng khi khóa sổ.")


class EntryView(BaseModel):
    """A line of the book; `after_closing` was told when the book was closed already."""

    number: int
    dossier: UUID
    code: str
    procedure: str
    procedure_name: str | None
    lead_agency: str
    lead_agency_name: str | None
    received_at: LocalDateTime
    due_at: LocalDateTime | None
    ended_at: LocalDateTime | None
    returned_at: LocalDateTime | None
    way_of_return: str
    after_closing: bool


class PrintIn(BaseModel):
    """The people to print beside the codes; nothing of it is kept."""

    model_config = ConfigDict(extra="forbid")

    people: dict[str, Person] = Field(
        default_factory=dict,
        max_length=NAMES_MAX,
        description="Tên, địa chỉ, điện thoại theo mã hồ sơ / by dossier code.",
    )
    first: int = Field(default=1, ge=1)
    last: int = Field(default=2_000_000_000, ge=1)
