"""At which steps of a dossier's life its people are invited, and to which slip."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.survey.schemas.instruments import InstrumentCode
from services.survey.schemas.polls import Agency
from services.survey.schemas.words import Words
from shared.events import Channel
from shared.times import LocalDateTime

DAYS_MAX = 365
Ground = Annotated[Words, StringConstraints(max_length=500)]


class Trigger(StrEnum):
    """The steps with which a slip may be handed over (Circular 01/2018 Art 12(2))."""

    ACCEPTED = "accepted"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    INTAKE_REFUSED = "intake_refused"
    RETURNED = "returned"


class Occasion(BaseModel):
    """A rule: at such a step such a slip; without an instrument nobody is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trigger: Trigger
    channel: Channel | None = Field(default=None, description="Trống: mọi kênh nộp hồ sơ.")
    instrument: InstrumentCode | None = Field(default=None, description="Trống: không mời.")
    answer_within_days: int | None = Field(
        default=None, ge=1, le=DAYS_MAX, description="Trống: theo mẫu phiếu."
    )
    valid_from: date
    valid_to: date | None = Field(default=None, description="Ngày cuối cùng còn áp dụng.")
    ground: Ground


class OccasionIn(Occasion):
    """A rule for an agency and all below it."""

    agency: Agency

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self


class OccasionView(Occasion):
    """A rule in force or to come; those that come with the software have neither id nor agency."""

    id: UUID | None
    agency: str | None
    defined_by: str | None
    defined_at: LocalDateTime | None


class OccasionEnd(BaseModel):
    """The last day of a rule."""

    model_config = ConfigDict(extra="forbid")

    valid_to: date
