"""Hits that are not written yet: what a second brings goes to the database in one go."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

VISITORS_MAX: Final = 100_000
"""More visitors in one second are counted as hits, and not among those online."""


@dataclass(slots=True)
class Hits:
    """What came since the last time: hits by site and day, visitors by site and when seen."""

    visits: Counter[tuple[str, date]] = field(default_factory=Counter)
    seen: dict[tuple[str, bytes], datetime] = field(default_factory=dict)

    def add(self, site: str, day: date, visitor: bytes | None, at: datetime) -> None:
        """Count a hit."""
        self.visits[site, day] += 1
        if visitor is not None and len(self.seen) < VISITORS_MAX:
            self.seen[site, visitor] = at

    def merge(self, later: "Hits") -> None:
        """Take what came meanwhile; for hits that could not be written."""
        self.visits.update(later.visits)
        for who, at in later.seen.items():
            if len(self.seen) < VISITORS_MAX:
                self.seen[who] = at

    def __bool__(self) -> bool:
        return bool(self.visits)
