"""Invitations, and the slips that they open."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.survey.schemas.instruments import (
    OPTIONS_MAX,
    QUESTIONS_MAX,
    TEXT_LENGTH_MAX,
    Instrument,
)
from shared.times import LocalDateTime

NUMBER_MAX = 1_000_000_000

Words = Annotated[str, StringConstraints(max_length=TEXT_LENGTH_MAX)]
Count = Annotated[int, Field(ge=-NUMBER_MAX, le=NUMBER_MAX)]
Several = Annotated[list[Words], Field(max_length=OPTIONS_MAX)]


class SlipView(BaseModel):
    """What the holder of an invitation sees; nothing tells who was invited."""

    instrument: Instrument
    procedure: str
    procedure_name: str
    agency: str
    agency_name: str
    expires_at: LocalDateTime
    expired: bool


class Slip(BaseModel):
    """A filled slip: for each question an option, several, a number or a text."""

    model_config = ConfigDict(extra="forbid", strict=True)

    choices: dict[str, Words | Count | Several] = Field(
        max_length=QUESTIONS_MAX,
        description="Mã phương án (các mã, số hoặc lời) theo mã câu hỏi / answers by question id.",
        examples=[
            {
                "time": "early",
                "each_agency": "on_time",
                "contacts": "never",
                "agencies": "none",
                "publication": "board_and_online",
                "attitude": "good",
                "convenience": "satisfied",
                "overall": "very_satisfied",
            }
        ],
    )


class SlipTaken(BaseModel):
    """The slip was counted."""

    answered_at: LocalDateTime


class InvitationView(BaseModel):
    """An invitation as the dossier's officers see it; whether it was answered nobody is told."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    dossier: UUID
    dossier_code: str | None
    agency: str
    procedure: str
    instrument: str
    instrument_version: int
    invited_at: LocalDateTime
    expires_at: LocalDateTime
    handed_at: LocalDateTime | None


class SlipLink(BaseModel):
    """The right to answer, once; for the applicant alone."""

    token: str
    link: str
    expires_at: LocalDateTime
