"""Samples for sociological surveys."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.survey.schemas.polls import Agency
from shared.times import LocalDateTime

SIZE_MAX = 20_000
DAYS_MAX = 1100


class Trait(StrEnum):
    """What strata can be told apart by."""

    AGENCY = "agency"
    FIELD = "field"
    PROCEDURE = "procedure"
    CHANNEL = "channel"


class Method(StrEnum):
    """How the size is shared out among the strata."""

    PROPORTIONAL = "proportional"
    EQUAL = "equal"


class SampleIn(BaseModel):
    """A sample to draw from the dossiers returned in a period, both days in it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    agency: Agency
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    strata: list[Trait] = Field(default_factory=list, max_length=4)
    method: Method = Method.PROPORTIONAL
    size: int = Field(ge=1, le=SIZE_MAX)
    seed: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if not 0 <= (self.last - self.first).days <= DAYS_MAX:
            raise ValueError("a period of at most three years, `from` not after `to`")
        if len(set(self.strata)) != len(self.strata):
            raise ValueError("a trait stands twice")
        return self


class StratumView(BaseModel):
    """A stratum; each of those drawn stands for `weight` dossiers."""

    stratum: str
    population: int
    drawn: int
    weight: float | None


class SampleView(BaseModel):
    """A sample; `reproducible` tells whether its frame still is what it was when it was drawn."""

    id: UUID
    title: str
    agency: str
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    strata: list[StratumView]
    method: Method
    seed: str
    size: int
    frame_size: int
    reproducible: bool
    drawn_at: LocalDateTime


class UnitView(BaseModel):
    """A dossier that was drawn."""

    stratum: str
    place: int
    dossier: UUID
    code: str
