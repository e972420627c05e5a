"""Facts about who is competent for what, told by procedures."""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Event
from shared.events.vocabulary import AgencyLevel


class CompetentAgency(BaseModel):
    """One line of a procedure's list: an agency, or with `level` all of that level at or below it.

    `role` is `receives`, `decides` or `cooperates`; `boundary_free` is `province` or `nation`.
    """

    model_config = ConfigDict(frozen=True)

    agency: str
    level: AgencyLevel | None = None
    role: str
    boundary_free: str | None = None
    valid_from: date
    valid_to: date | None = None


class CompetenceChanged(Event):
    """Who receives, decides and supports a procedure was set or changed; always told whole."""

    type: ClassVar = "competence.changed.v1"

    procedure: str
    lines: tuple[CompetentAgency, ...]
