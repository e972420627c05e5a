"""A raw life, and when its facts happened."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from shared.events import DossierAccepted, Event
from shared.working_time import VIETNAM_TIME


@dataclass
class RawLife:
    """One dossier's facts in the order in which they were told."""

    facts: list[Event]
    imported: bool
    dossier: str = field(default_factory=lambda: str(uuid.uuid4()))


def day_of(moment: datetime) -> date:
    """The date on a Vietnamese calendar."""
    return moment.astimezone(VIETNAM_TIME).date()


def moment_of(fact: Event) -> datetime:
    """When a fact happened: each names it by its verb."""
    if isinstance(fact, DossierAccepted):
        return fact.accepted_at
    names = [name for name in type(fact).model_fields if name.endswith("_at")]
    moment: datetime = getattr(fact, next(name for name in names if name != "due_at"))
    return moment
