"""Invitations, and the slips that they open."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.survey.instruments import Instrument
from shared.times import LocalDateTime


class SlipView(BaseModel):
    """What the holder of an invitation sees; nothing tells who was invited."""

    instrument: Instrument
    procedure: str
    procedure_name: str
    agency: str
    agency_name: str
    expires_at: LocalDateTime
    answered: bool
    expired: bool


class Slip(BaseModel):
    """A filled slip: the option chosen for each question."""

    model_config = ConfigDict(extra="forbid")

    choices: dict[str, str] = Field(
        max_length=100,
        description="Mã phương án theo mã câu hỏi / option id by question id.",
        examples=[
            {
                "time": "early",
                "contacts": "never",
                "agencies": "none",
                "attitude": "good",
                "overall": "very_satisfied",
            }
        ],
    )


class SlipTaken(BaseModel):
    """The slip was counted."""

    answered_at: LocalDateTime


class InvitationView(BaseModel):
    """An invitation as the dossier's officers and the portal see it, with its link to pass on."""

    id: UUID
    dossier: UUID
    dossier_code: str | None
    agency: str
    procedure: str
    instrument: str
    instrument_version: int
    invited_at: LocalDateTime
    expires_at: LocalDateTime
    answered: bool
    token: str
    link: str
