"""Petitions as they come in, and as each reader may see them."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.survey.schemas.polls import Agency
from shared.events import PetitionKind
from shared.times import LocalDateTime

TEXT_MAX = 10_000
LEVEL_SATISFIED = 4
"""From this level of five on the answer satisfies."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MAX, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9.\-]+$")]
Secret = Annotated[str, StringConstraints(max_length=64)]


class PetitionChannel(StrEnum):
    """How a petition came."""

    HOTLINE = "hotline"
    LETTER_BOX = "letter_box"
    DIALOGUE = "dialogue"
    WEBSITE = "website"
    APP = "app"
    COUNTER = "counter"
    TRANSFERRED = "transferred"


SELF_SERVICE = frozenset({PetitionChannel.WEBSITE, PetitionChannel.APP})
"""What people send by themselves; the rest is written down by an officer."""


class Petitioner(BaseModel):
    """Who petitions; everything may be left out."""

    model_config = ConfigDict(extra="forbid")

    name: Line | None = None
    identity_number: Annotated[str, StringConstraints(max_length=20)] | None = None
    phone: Annotated[str, StringConstraints(max_length=20)] | None = None
    email: Annotated[str, StringConstraints(max_length=200)] | None = None
    address: Line | None = None


class PetitionIn(BaseModel):
    """A petition (phản ánh, kiến nghị)."""

    model_config = ConfigDict(extra="forbid")

    agency: Agency = Field(description="Cơ quan bị phản ánh hoặc nhận kiến nghị.")
    channel: PetitionChannel = PetitionChannel.WEBSITE
    kind: PetitionKind = PetitionKind.OTHER
    procedure: Code | None = None
    dossier: Code | None = None
    text: Words
    petitioner: Petitioner = Petitioner()


class PetitionTaken(BaseModel):
    """What the petitioner keeps: both together show how it goes on."""

    code: str
    secret: str
    due_at: LocalDateTime


class NoteIn(BaseModel):
    """Why, in words; kept sealed."""

    model_config = ConfigDict(extra="forbid")

    note: Words


class AcceptanceIn(BaseModel):
    """The petition is taken up, perhaps under another heading than the petitioner's."""

    model_config = ConfigDict(extra="forbid")

    kind: PetitionKind | None = None


class TransferIn(BaseModel):
    """Another agency is competent."""

    model_config = ConfigDict(extra="forbid")

    to_agency: Agency
    note: Words


class ResolutionIn(BaseModel):
    """The answer; for a complaint, whether it was right."""

    model_config = ConfigDict(extra="forbid")

    answer: Words
    proved: bool | None = None


class PublicationIn(BaseModel):
    """What everybody may read: the words without the person."""

    model_config = ConfigDict(extra="forbid")

    question: Words
    answer: Words


class TrackIn(BaseModel):
    """What the petitioner kept."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    secret: Secret


class SupplyIn(TrackIn):
    """What was asked of the petitioner."""

    text: Words


class RatingIn(TrackIn):
    """How satisfied the petitioner is: 5 very, 1 not at all."""

    level: int = Field(ge=1, le=5)


class StepView(BaseModel):
    """Something that was done."""

    action: str
    at: LocalDateTime
    agency: str
    status: str
    due_at: LocalDateTime | None
    late: bool | None
    note: str | None


class ProgressView(BaseModel):
    """How a petition goes on, as its petitioner sees it."""

    code: str
    status: str
    status_label: str
    agency: str
    received_at: LocalDateTime
    due_at: LocalDateTime | None
    question: str | None = Field(description="Điều cơ quan đề nghị bổ sung.")
    answer: str | None
    resolved_at: LocalDateTime | None
    level: int | None


class PetitionView(BaseModel):
    """A petition in an officer's list; nothing of the person."""

    id: UUID
    code: str
    agency: str
    channel: PetitionChannel
    kind: PetitionKind
    procedure: str | None
    dossier: str | None
    status: str
    status_label: str
    received_at: LocalDateTime
    due_at: LocalDateTime | None
    overdue: bool
    resolved_at: LocalDateTime | None
    late: bool | None
    proved: bool | None
    level: int | None
    published_at: LocalDateTime | None
    allowed: list[str]


class PetitionDetail(PetitionView):
    """A petition whole; the person's numbers are masked."""

    text: str
    supplied: list[str]
    answer: str | None
    petitioner: dict[str, str | None]
    steps: list[StepView]


class PublishedView(BaseModel):
    """A question and its answer that everybody may read."""

    code: str
    agency: str
    procedure: str | None
    question: str
    answer: str
    received_on: date
    published_at: LocalDateTime


class PetitionFigures(BaseModel):
    """What became of the petitions of an agency's subtree in a period."""

    received: int
    resolved: int
    resolved_on_time: int
    refused: int
    dragging: int = Field(description="Chưa trả lời và đã quá hạn vào cuối kỳ.")
    on_time_percent: float | None
    complaints: int = Field(description="Phản ánh về thái độ, trừ trường hợp sai sự thật.")
    rated: int
    satisfied: int
    satisfied_percent: float | None
    index8: int = Field(description="Điểm chỉ số 8, TT01/2018 Điều 13.")
