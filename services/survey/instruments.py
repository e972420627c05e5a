"""Instruments: the published slips of questions, each version fixed for ever (D61 31, TT01 13)."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.survey.schemas.words import Text

POINTS_MAX = 2


class Option(BaseModel):
    """One possible answer; without points it counts as a slip but not in the mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    points: int | None = Field(ge=0, le=POINTS_MAX)
    text: Text


class Question(BaseModel):
    """One question, and which of the nine indices of TT01/2018 Art 13 it feeds, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    index: int | None = Field(ge=1, le=9)
    text: Text
    options: tuple[Option, ...] = Field(min_length=2)

    def points(self, option_id: str) -> int | None:
        """What an option is worth; raises KeyError for one that this question does not offer."""
        return {option.id: option.points for option in self.options}[option_id]


class Instrument(BaseModel):
    """One published version of a slip."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    version: int = Field(ge=1)
    name: Text
    legal_ground: str
    answer_within_days: int = Field(ge=1)
    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_each_thing_once(self) -> "Instrument":
        for ids in (
            [question.id for question in self.questions],
            *([option.id for option in question.options] for question in self.questions),
        ):
            if len(ids) != len(set(ids)):
                raise ValueError(f"{self.code}: an id stands twice in {ids}")
        return self


@cache
def published() -> Sequence[Instrument]:
    """All published instruments, the newest version of each last."""
    seeds = resources.files("services.survey") / "seeds"
    return [Instrument.model_validate_json((seeds / "instrument.json").read_text("utf-8"))]


def current() -> Instrument:
    """The instrument that new invitations are made for."""
    return published()[-1]


@cache
def _by_version() -> Mapping[tuple[str, int], Instrument]:
    return {(instrument.code, instrument.version): instrument for instrument in published()}


def get(code: str, version: int) -> Instrument:
    """The version that an invitation was made for; raises KeyError."""
    return _by_version()[code, version]
