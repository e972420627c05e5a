"""A life while it is being made up: its moments, its open waits, its agency."""

import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.events import Event

BACK_DAYS_MAX = 9
AGENCIES = ("H20.4", "H20.40", "H20.40.01", "H20.40.02", "H20.100", "H20.10", "H20.01")


@dataclass
class Telling:
    """A life while it is being made up."""

    chance: random.Random
    imported: bool
    moment: datetime
    facts: list[Event] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)
    open: list[tuple[str, int]] = field(default_factory=list)
    agency: str = ""
    over: bool = False
    by_the_hour: bool = True
    """Whether the limit is one of working time; an extension of others is told in days."""
    dossier: str = field(default_factory=lambda: str(uuid.uuid4()))

    def later(self) -> datetime:
        """A next moment: often on the same day, now and then told with a time that lies back."""
        step = self.chance.choice((0, 20, 60, 180, 1440, 2880, 7000, 20000))
        self.moment += timedelta(minutes=step)
        back = self.chance.random() < 0.05
        return (
            self.moment - timedelta(days=self.chance.randrange(1, BACK_DAYS_MAX))
            if back
            else self.moment
        )

    def told_due(self, at: datetime) -> dict[str, Any]:
        """History tells its own dues, also ones that lie in the past."""
        due = at + timedelta(days=self.chance.randrange(-15, 25), minutes=7)
        return {"due_at": due if self.imported else None}
