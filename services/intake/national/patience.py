"""How long to wait: before a dossier is tried again, and while the portal does not work at all."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from services.intake.national.answers import Kind

FAULT_FIRST, FAULT_LONGEST = timedelta(seconds=5), timedelta(minutes=5)
REFUSAL_FIRST, REFUSAL_LONGEST = timedelta(minutes=1), timedelta(hours=1)
"""A refusal is about what the dossier says, and seldom passes by itself."""

JITTER: Final = 0.2
DOUBLINGS_MAX: Final = 20
FAULTS_MAX: Final = 5
QUIET_FIRST, QUIET_LONGEST = timedelta(seconds=5), timedelta(minutes=1)
_DICE: Final = secrets.SystemRandom()


def before_next(kind: Kind, attempts: int) -> timedelta:
    """Tell the pause after so many attempts: doubled each time to its longest, never in step."""
    fault = kind is Kind.FAULT
    first, longest = (FAULT_FIRST, FAULT_LONGEST) if fault else (REFUSAL_FIRST, REFUSAL_LONGEST)
    doubled: timedelta = first * 2 ** min(max(attempts, 1) - 1, DOUBLINGS_MAX)
    jitter: float = _DICE.uniform(1 - JITTER, 1 + JITTER)
    return min(doubled, longest) * jitter


class Circuit:
    """Open after some faults in a row: then nothing is sent but, now and again, a single probe."""

    def __init__(self) -> None:
        self._faults = 0
        self._quiet_until = datetime.min.replace(tzinfo=UTC)
        self._pause = QUIET_FIRST

    @property
    def is_open(self) -> bool:
        """Whether the portal is held to be away."""
        return self._faults >= FAULTS_MAX

    def admits(self, now: datetime) -> bool:
        """Whether one more may be sent now; while open, the one that is let through is a probe."""
        if not self.is_open:
            return True
        if now < self._quiet_until:
            return False
        self._quiet_until = now + self._pause
        return True

    def note(self, kind: Kind, now: datetime) -> None:
        """Learn from an answer; any that is no fault shows that the portal works."""
        if kind is Kind.NOT_SENT:
            return
        if kind is not Kind.FAULT:
            self._faults, self._pause = 0, QUIET_FIRST
            return
        self._faults += 1
        if self.is_open:
            self._quiet_until = now + self._pause
            self._pause = min(self._pause * 2, QUIET_LONGEST)
