"""Which rules decide on a dossier's step: of those in force the nearest to its agency; pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

from pydantic import TypeAdapter

from services.survey.schemas.occasions import Occasion, Trigger


class Rule(NamedTuple):
    """An occasion as the worker needs it; without an agency it holds everywhere."""

    agency: str | None
    trigger: str
    channel: str | None
    instrument: str | None
    answer_within_days: int | None
    valid_from: date
    valid_to: date | None

    def covers(self, trigger: Trigger, agency: str, channel: str, on: date) -> bool:
        """Tell whether it speaks of such a step of an agency's dossier on a day."""
        return (
            self.trigger == trigger
            and (self.channel is None or self.channel == channel)
            and (self.agency is None or f"{agency}.".startswith(f"{self.agency}."))
            and self.valid_from <= on
            and (self.valid_to is None or on <= self.valid_to)
        )

    @property
    def nearness(self) -> tuple[int, bool]:
        """The lower agency goes before the higher, and at one agency the channel before all."""
        return len(self.agency or ""), self.channel is not None


def deciding(
    rules: Iterable[Rule], trigger: Trigger, agency: str, channel: str, on: date
) -> list[Rule]:
    """The nearest rules; several of the same nearness all count."""
    known = [rule for rule in rules if rule.covers(trigger, agency, channel, on)]
    nearest = max((rule.nearness for rule in known), default=None)
    return [rule for rule in known if rule.nearness == nearest]


@cache
def packaged() -> Sequence[Occasion]:
    """The rules that come with the software, for every agency that has none of its own."""
    seeds = resources.files("services.survey") / "seeds" / "occasions.json"
    return TypeAdapter(tuple[Occasion, ...]).validate_json(seeds.read_bytes())


@cache
def everywhere() -> Sequence[Rule]:
    """The same as the worker needs them."""
    return [
        Rule(
            None,
            one.trigger,
            one.channel,
            one.instrument,
            one.answer_within_days,
            one.valid_from,
            one.valid_to,
        )
        for one in packaged()
    ]
