"""Counts what each caller has taken, in constant time and bounded memory (GCRA)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from gateway.limits.budgets import Budget

CALLERS_KEPT_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Charge:
    """What became of one request's cost."""

    granted: bool
    remaining: int
    """Units that could be taken now."""
    whole_seconds: int
    """Seconds until the budget is whole again."""
    wait_seconds: int
    """Seconds until this request would have been granted; 0 when it was."""


class Meter:
    """Keeps one moment per caller: when all it has taken will have been given back.

    Callers stand in two generations, so that forgetting costs nothing: one who has been quiet for
    a whole generation has its budget back, unless so many came that the generations turn early.
    """

    def __init__(
        self, generation_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = generation_seconds
        self._clock = clock
        self._turned = clock()
        self._young: dict[str, float] = {}
        self._old: dict[str, float] = {}

    def charge(self, caller: str, budget: Budget, cost: int) -> Charge:
        """Take the cost from the caller's budget; what is refused costs nothing."""
        now = self._clock()
        self._turn(now)
        known = self._young.get(caller) or self._old.get(caller, now)
        whole_at = max(now, known) + cost / budget.per_second
        late = whole_at - now - budget.at_once / budget.per_second
        granted = late <= 0
        if granted:
            self._young[caller] = whole_at
        else:
            whole_at = max(now, known)
        missing = (whole_at - now) * budget.per_second
        return Charge(
            granted=granted,
            remaining=max(0, int(budget.at_once - missing)),
            whole_seconds=ceil(whole_at - now),
            wait_seconds=0 if granted else ceil(late),
        )

    @property
    def callers(self) -> int:
        """How many callers are remembered."""
        return len(self._young) + len(self._old)

    def _turn(self, now: float) -> None:
        due = now - self._turned >= self._seconds
        if due or len(self._young) >= CALLERS_KEPT_MAX // 2:
            self._old = {} if now - self._turned >= 2 * self._seconds else self._young
            self._young, self._turned = {}, now
