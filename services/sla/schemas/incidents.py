"""Requests and views of the register of errors and of the catalogue of causes."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.sla.apologies.lifecycle import State
from services.sla.schemas.apologies import Body, Sentence, Short, Word
from shared.events import ApologyKind
from shared.times import LocalDateTime

KINDS = ApologyKind.LOST_DAMAGED, ApologyKind.WRONG_RESULT, ApologyKind.ERROR


class IncidentIn(Body):
    """Something that went wrong: with a dossier, or at an agency without one."""

    kind: ApologyKind
    dossier: Short | None = Field(None, description="Mã hồ sơ / dossier code.")
    agency: Short | None = Field(None, description="Khi không gắn với hồ sơ nào.")
    found_on: date
    what: Sentence = Field(description="Sự việc; không ghi dữ liệu cá nhân.")

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.kind not in KINDS:
            raise ValueError("Trễ hẹn không ghi vào sổ sai sót; đồng hồ đã biết.")
        if (self.dossier is None) == (self.agency is None):
            raise ValueError("Cần đúng một trong dossier, agency.")
        return self


class IncidentView(BaseModel):
    """An entry of the register and the letter for it."""

    id: UUID
    kind: ApologyKind
    agency: str
    dossier: UUID | None
    code: str | None
    found_on: date
    what: str
    registered_by: str
    registered_at: LocalDateTime
    apology: UUID | None = None
    state: State | None = None


class CauseIn(Body):
    """A cause that an agency's subtree may name; a retired one is not offered any more."""

    name: Short
    retired: bool = False


class CauseView(BaseModel):
    """A cause of lateness; of agency `*` are those of the system."""

    code: Word
    name: str
    agency: str


class CausesView(BaseModel):
    """The catalogue of an agency."""

    agency: str
    causes: list[CauseView]
