"""Visits and the sites that are visited."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.survey.schemas.polls import Agency, SiteCode
from shared.times import LocalDateTime


class SiteIn(BaseModel):
    """A portal to count the visits of; `before` is what another system had counted so far."""

    model_config = ConfigDict(extra="forbid")

    code: SiteCode
    agency: Agency
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    before: int = Field(default=0, ge=0, le=2_000_000_000)


class SiteView(BaseModel):
    """A portal whose visits are counted."""

    code: str
    agency: str
    name: str
    before: int


class VisitIn(BaseModel):
    """One visit; with the visitor's token whoever is there now is counted too."""

    model_config = ConfigDict(extra="forbid")

    site: SiteCode
    visitor: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None


class VisitsView(BaseModel):
    """A site's counters: there now, today, in all."""

    site: str
    online: int
    today: int
    total: int
    as_of: LocalDateTime
