"""What people wrote freely, and what an officer decided about it."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from shared.times import LocalDateTime

Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]+$", strip_whitespace=True),
]


class RemarkStatus(StrEnum):
    """Whether a remark may be seen in results."""

    PENDING = "pending"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Decision(BaseModel):
    """Show a remark, or hide it for a reason."""

    model_config = ConfigDict(extra="forbid")

    show: bool
    reason: Reason | None = None

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if not self.show and self.reason is None:
            raise ValueError("hiding needs a reason")
        return self


class RemarkView(BaseModel):
    """A remark; nothing tells who wrote it, nor for which procedure."""

    id: UUID
    agency: str
    instrument: str
    instrument_version: int
    question: str
    month: str
    status: RemarkStatus
    words: str | None
    reason: str | None
    decided_by: str | None
    decided_at: LocalDateTime | None
