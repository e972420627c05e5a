"""What an instrument is made of: questions of five kinds, their bounds and their conditions."""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.survey.schemas.polls import Agency
from services.survey.schemas.words import Text, Words

POINTS_MAX: Final = 2
QUESTIONS_MAX: Final = 100
OPTIONS_MAX: Final = 50
TEXT_LENGTH_MAX: Final = 2000
INDICES: Final = 9

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
InstrumentCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9.\-]{1,63}$")]


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    TEXT = "text"
    NUMBER = "number"


CHOOSING: Final = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.SCALE})


class Content(StrEnum):
    """What a question is after (nhận định, hài lòng, mong đợi)."""

    ASSESSMENT = "assessment"
    SATISFACTION = "satisfaction"
    EXPECTATION = "expectation"


class Audience(StrEnum):
    """Who fills a slip in: the people served, or an officer for the agency."""

    PEOPLE = "people"
    AGENCY = "agency"


class Option(BaseModel):
    """One possible answer; without points it counts as an answer but not in the mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    points: int | None = Field(default=None, ge=0, le=POINTS_MAX)
    level: int | None = Field(default=None, ge=1, le=10)
    satisfied: bool | None = None
    text: Text


class ShownIf(BaseModel):
    """The condition of a question: another one was answered with one of these options."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Id
    any_of: tuple[Id, ...] = Field(min_length=1, max_length=OPTIONS_MAX)


class Question(BaseModel):
    """One question, and which index of TT01/2018 Art 13 or factor of SIPAS it feeds, if any.

    `least` and `most` bound a number, how many options may be chosen, or how long a text is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    kind: Kind = Kind.SINGLE
    number: int | None = Field(default=None, ge=1, description="Số câu hỏi in trên phiếu.")
    index: int | None = Field(default=None, ge=1, le=INDICES)
    factor: int | None = Field(default=None, ge=1, le=20)
    criterion: int | None = Field(default=None, ge=1, le=200)
    content: Content = Content.ASSESSMENT
    text: Text
    options: tuple[Option, ...] = Field(default=(), max_length=OPTIONS_MAX)
    required: bool = True
    shown_if: ShownIf | None = None
    least: int | None = None
    most: int | None = None

    def option(self, option_id: str) -> Option:
        """The option of that id; raises KeyError for one that this question does not offer."""
        return {option.id: option for option in self.options}[option_id]

    def points(self, option_id: str) -> int | None:
        """What an option is worth; raises KeyError for one that this question does not offer."""
        return self.option(option_id).points

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if (self.kind in CHOOSING) != (len(self.options) >= 2):  # noqa: PLR2004 (a choice)
            raise ValueError(f"{self.id}: options, two or more, belong to questions of choice")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"{self.id}: `least` is above `most`")
        if self.kind == Kind.NUMBER and (self.least is None or self.most is None):
            raise ValueError(f"{self.id}: a number has bounds")
        levels = [option.level for option in self.options]
        if self.kind == Kind.SCALE and (None in levels or len(set(levels)) != len(levels)):
            raise ValueError(f"{self.id}: each option of a scale has a level of its own")
        if self.index is not None and self.kind != Kind.SINGLE:
            raise ValueError(f"{self.id}: an index is fed by a single choice")
        return self


class Questionnaire(BaseModel):
    """What is asked, of whom, and how long there is to answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: InstrumentCode
    name: Text
    legal_ground: Words
    audience: Audience = Audience.PEOPLE
    answer_within_days: int = Field(ge=1, le=365)
    questions: tuple[Question, ...] = Field(min_length=1, max_length=QUESTIONS_MAX)

    @model_validator(mode="after")
    def _stands(self) -> Self:
        before: dict[str, Question] = {}
        for question in self.questions:
            ids = [option.id for option in question.options]
            if question.id in before or len(ids) != len(set(ids)):
                raise ValueError(f"{self.code}: an id stands twice at {question.id}")
            condition = question.shown_if
            if condition is not None:
                asked = before.get(condition.question)
                offered = {option.id for option in asked.options} if asked else set()
                if not offered.issuperset(condition.any_of):
                    raise ValueError(f"{question.id}: a condition names an earlier one's options")
            before[question.id] = question
        return self


class InstrumentIn(Questionnaire):
    """A slip as a province drafts it."""

    agency: Agency


class Instrument(Questionnaire):
    """One version of a slip; published, it is fixed for ever."""

    version: int = Field(ge=1)


class InstrumentDraft(BaseModel):
    """A version that is not published yet, and whose it is."""

    agency: str
    published: bool
    instrument: Instrument
