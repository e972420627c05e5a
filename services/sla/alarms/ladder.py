"""The ladder of an alarm: which threshold tells whom."""

from datetime import date
from operator import attrgetter
from typing import Any, Final, NamedTuple, Self

from shared.events import Rank

HUNDRED: Final = 100
LENGTHS_MAX: Final = 4096
"""Limits remembered by a ladder; almost all are a whole number of days."""


class Rung(NamedTuple):
    """One threshold: a share of the limit that is used, or working minutes left.

    `left_minutes` is 0 at the due and negative after it; only one of the two is set.
    """

    name: str
    rank: Rank
    used_percent: int | None = None
    left_minutes: int | None = None

    def left(self, whole: int) -> int:
        """Working minutes left when it is reached, of a limit with `whole` minutes."""
        if self.left_minutes is not None:
            return self.left_minutes
        # Floored: a share is never told as used before it is.
        return whole * (HUNDRED - (self.used_percent or 0)) // HUNDRED

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """Read one as it is kept."""
        return cls(**{**kept, "rank": Rank(kept["rank"])})

    def kept(self) -> dict[str, Any]:
        """Write it as it is kept."""
        return {name: value for name, value in self._asdict().items() if value is not None}


class Step(NamedTuple):
    """A rung of a limit, and the working minutes left when it is reached."""

    left: int
    rung: Rung


class Ladder:
    """Some rungs; which of them a limit has room for is worked out once for each length."""

    def __init__(self, *rungs: Rung) -> None:
        self.rungs = rungs
        self._steps: dict[int, tuple[Step, ...]] = {}

    def steps(self, whole: int) -> tuple[Step, ...]:
        """The rungs of a limit of so many working minutes, in the order in which they are reached.

        A threshold before the limit's own beginning is none.
        """
        steps = self._steps.get(whole)
        if steps is None:
            if len(self._steps) >= LENGTHS_MAX:
                self._steps.clear()
            found = (Step(rung.left(whole), rung) for rung in self.rungs)
            kept = [step for step in found if step.left <= 0 or step.left < whole]
            kept.sort(key=attrgetter("left"), reverse=True)
            steps = self._steps[whole] = tuple(kept)
        return steps


class Default(NamedTuple):
    """What counts where nobody set a ladder, for dossiers accepted from a day on."""

    effective_from: date
    ladder: Ladder
    source: str


DEFAULTS: Final = (
    Default(
        date.min,
        Ladder(
            Rung("half_used", Rank.OFFICER, used_percent=50),
            Rung("eight_hours_left", Rank.UNIT_HEAD, left_minutes=480),
            Rung("due", Rank.AGENCY_LEADER, left_minutes=0),
            Rung("day_overdue", Rank.AGENCY_LEADER, left_minutes=-480),
        ),
        "Thiết lập của hệ thống: pháp luật không quy định mốc cảnh báo.",
    ),
)
"""Newest first."""
