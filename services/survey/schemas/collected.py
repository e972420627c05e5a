"""How slips are collected, and those that an officer types in."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from services.survey.schemas.invitations import Slip


class Collected(StrEnum):
    """By what way a slip came (hình thức thu phiếu)."""

    ONLINE = "online"
    KIOSK = "kiosk"
    PAPER = "paper"
    CALL = "call"


class RecordedSlip(Slip):
    """A slip on paper, or told by telephone, with the token that was printed or handed out."""

    token: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
    collected: Literal[Collected.PAPER, Collected.CALL]


class CollectedLine(BaseModel):
    """How one agency's slips came."""

    agency: str
    slips: int
    ways: dict[Collected, int]


class CollectedView(BaseModel):
    """By what ways slips of whole months came; agencies with too few are left out."""

    from_: date = Field(serialization_alias="from")
    to: date
    slips_shown_min: int
    items: list[CollectedLine]
    next: str | None
