"""What the survey's API takes in and gives out."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.survey.instruments import Instrument, Text
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


class OptionShareView(BaseModel):
    """How often an option was chosen."""

    model_config = ConfigDict(from_attributes=True)

    option: str
    text: Text
    points: int | None
    answers: int
    percent: float | None


class QuestionScoreView(BaseModel):
    """One question's result; `mean` is rounded to one decimal as TT01/2018 Art 15 says."""

    model_config = ConfigDict(from_attributes=True)

    instrument: str
    question: str
    index: int | None = Field(description="Chỉ số của TT01/2018 Điều 13 mà câu hỏi phục vụ.")
    text: Text
    answers: int
    scored: int
    mean: float | None
    options: Sequence[OptionShareView]


class ScoreLine(BaseModel):
    """One group, or the total; slips and questions are null where too few people answered."""

    model_config = ConfigDict(from_attributes=True)

    group: str | None
    slips: int | None
    questions: Sequence[QuestionScoreView] | None


class ScoresView(BaseModel):
    """Scores of whole months."""

    agency: str | None
    from_: date = Field(serialization_alias="from")
    to: date
    group_by: str
    slips_shown_min: int
    items: list[ScoreLine]
    total: ScoreLine
    next: str | None
