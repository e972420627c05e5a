"""Slips that look like ballot stuffing, and what an officer decides about them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.times import LocalDateTime

Ground = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]+$", strip_whitespace=True),
]


class Standing(StrEnum):
    """Whether a slip is in the results."""

    COUNTED = "counted"
    SUSPECT = "suspect"
    DISMISSED = "dismissed"


class Reason(StrEnum):
    """What is odd about slips from one sender."""

    BURST = "burst"
    """More in a minute than people can fill in."""
    ALIKE = "alike"
    """The same slip again and again."""


class SuspicionStatus(StrEnum):
    """What was decided."""

    PENDING = "pending"
    COUNTED = "counted"
    DISMISSED = "dismissed"


class Verdict(BaseModel):
    """Count the slips, or leave them out for good."""

    model_config = ConfigDict(extra="forbid")

    count: bool
    ground: Ground


class SuspicionView(BaseModel):
    """Slips of an agency and a month; nothing tells what they say nor where they came from."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agency: str
    month: str
    reason: Reason
    slips: int
    status: SuspicionStatus
    ground: str | None
    decided_by: str | None
    decided_at: LocalDateTime | None
