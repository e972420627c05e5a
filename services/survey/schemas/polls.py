"""Polls, votes and visitors."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.survey.schemas.words import Text
from shared.times import LocalDateTime

OPTIONS_MAX = 50

OptionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
SiteCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.\-]{1,80}$")]
Agency = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9.]{1,64}$")]


class Results(StrEnum):
    """When a poll's figures are shown to everybody."""

    ALWAYS = "always"
    CLOSED = "closed"


class OptionIn(BaseModel):
    """An option to choose."""

    model_config = ConfigDict(extra="forbid")

    id: OptionId
    words: Text


class PollIn(BaseModel):
    """A poll to open (bình chọn)."""

    model_config = ConfigDict(extra="forbid")

    agency: Agency
    site: SiteCode = Field(description="Trang đặt bình chọn / the portal that asks.")
    question: Text
    options: list[OptionIn] = Field(min_length=2, max_length=OPTIONS_MAX)
    results: Results = Results.ALWAYS
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if len({option.id for option in self.options}) != len(self.options):
            raise ValueError("an option stands twice")
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValueError("a poll closes after it opens")
        return self


class OptionView(BaseModel):
    """An option, and its votes where they are shown."""

    id: str
    words: Text
    votes: int | None
    percent: float | None = Field(description="Phần trăm, một số lẻ; null khi chưa có phiếu.")


class PollView(BaseModel):
    """A poll as everybody sees it; the total is the sum of the options' votes."""

    id: UUID
    agency: str
    site: str
    question: Text
    results: Results
    opens_at: LocalDateTime
    closes_at: LocalDateTime | None
    open: bool
    options: list[OptionView]
    votes: int | None


class VoteIn(BaseModel):
    """A vote: one option, by a visitor's token."""

    model_config = ConfigDict(extra="forbid")

    option: Annotated[str, StringConstraints(max_length=40)]
    visitor: Annotated[str, StringConstraints(max_length=100)]


class VisitorView(BaseModel):
    """A visitor's token; the portal keeps it, the survey does not."""

    visitor: str
