"""Rules that may change (tham số), each as data with the day from which it holds and its source."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.sla.settings import RulesSettings

OWN: Final = Path(__file__).with_name("rules.json")


class Rule(BaseModel):
    """A parameter's value from a day on, until a later one takes its place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter: str
    value: bool | int | str
    effective_from: date
    source: str
    note: str = ""


class UnknownRule(LookupError):
    """No rule bears that name: the program asks for what nobody decided."""


Rules = dict[str, list[Rule]]
"""The values of each parameter by their first day."""


def read(*files: Path) -> Rules:
    """Read rules; what a later file says of a parameter takes the place of all before."""
    told: Rules = {}
    for file in files:
        told |= _by_parameter(TypeAdapter(list[Rule]).validate_json(file.read_bytes()))
    return told


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The project's rules and those of the file that `SLA_RULES_FILE` names, read once."""
    own = RulesSettings().file
    return read(OWN) if own is None else read(OWN, own)


@lru_cache(maxsize=4096)
def value(parameter: str, day: date) -> Any:
    """The value that holds on a business day, before all the first one; raises UnknownRule."""
    known = rules().get(parameter)
    if known is None:
        raise UnknownRule(parameter)
    begun = [rule for rule in known if rule.effective_from <= day]
    return (begun[-1] if begun else known[0]).value


def _by_parameter(rules: Iterable[Rule]) -> Rules:
    found: Rules = defaultdict(list)
    for rule in sorted(rules, key=lambda rule: rule.effective_from):
        found[rule.parameter].append(rule)
    return found
