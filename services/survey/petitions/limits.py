"""How long each stage of a petition may take; data with a source and a first day."""

from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from shared.working_time import Limit, LimitUnit


class Stage(StrEnum):
    """What has to be done in time."""

    ACCEPT = "accept"
    ASK = "ask"
    TRANSFER = "transfer"
    RESOLVE = "resolve"
    PUBLISH = "publish"


class StageLimit(BaseModel):
    """A stage's limit from a day on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage
    working_days: int = Field(ge=1, le=365)
    effective_from: date
    source: str


def limit(stage: Stage, on: date, file: Path | None) -> Limit:
    """The limit that a petition received on a day has; the first one also counts before its day."""
    known = sorted(
        (one for one in _limits(file) if one.stage is stage), key=lambda one: one.effective_from
    )
    in_force = [one for one in known if one.effective_from <= on] or known[:1]
    return Limit(in_force[-1].working_days, LimitUnit.WORKING_DAY)


@cache
def _limits(file: Path | None) -> tuple[StageLimit, ...]:
    """The province's own limits, or the built-in ones; every stage has one."""
    seeds = resources.files("services.survey") / "seeds" / "petition_limits.json"
    text = seeds.read_text("utf-8") if file is None else file.read_text("utf-8")
    found = TypeAdapter(tuple[StageLimit, ...]).validate_json(text)
    if missing := set(Stage) - {one.stage for one in found}:
        raise ValueError(f"no limit for {sorted(missing)}")
    return found
